import { isDeepStrictEqual } from 'node:util';
import type { SqlCtx } from '../../ctx.ts';
import type { DayHours } from '../../lib/business-hours.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import type { Department } from './departments.ts';
import { houseTexts } from './house-texts.ts';

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
type Facts = ReturnType<typeof factsOf>;

/** Writes down a new department with all that was said of it. */
export async function recordCreated(tx: SqlCtx, made: Department): Promise<void> {
  const details = factsOf(made, await namesOf(tx, made.operatorIds));
  await record(tx, { action: 'department.created', subject: { type: 'department', id: made.id }, details });
}

/** Writes down what of a department changed, as it was and as it is; nothing where nothing did. */
export async function recordChanged(tx: SqlCtx, before: Department, after: Department): Promise<void> {
  if (isDeepStrictEqual(before, after)) return;
  const names = await namesOf(tx, [...before.operatorIds, ...after.operatorIds]);
  const [was, is] = [factsOf(before, names), factsOf(after, names)];
  const details = { name: after.name, before: unlike(was, is), after: unlike(is, was) };
  await record(tx, { action: 'department.changed', subject: { type: 'department', id: after.id }, details });
}

// As the journal shows it: people by their names, and the week in its order, which an object would lose in the database.
const factsOf = (one: Department, names: Map<number, string>) => ({
  ...{ name: one.name, description: one.description, zone: one.zone, active: one.active, autoAssign: one.autoAssign },
  ...{ firstAnswer: one.firstAnswerMinutes, resolution: one.resolutionMinutes, head: one.head },
  operators: one.operatorIds.map((id) => names.get(id)),
  hours: one.hours.map((day, n) => ({ [weekdays[n] ?? n]: hoursText(day) })),
  holidays: one.holidays,
  ...Object.fromEntries(houseTexts.map((name) => [name, one[name]])),
});

function hoursText(day: DayHours): string {
  if (!day) return 'dayOff';
  return day.from === '00:00' && day.to === '24:00' ? 'aroundTheClock' : `${day.from}–${day.to}`;
}

/** Those of the facts that the others do not share; of the week, the days. */
function unlike(facts: Facts, others: Facts): Record<string, unknown> {
  const hours = facts.hours.filter((day, n) => !isDeepStrictEqual(day, others.hours[n]));
  const other = new Map<string, unknown>(Object.entries(others));
  const changed = Object.entries(facts).filter(([key, value]) => !isDeepStrictEqual(value, other.get(key)));
  return { ...Object.fromEntries(changed), ...(hours.length > 0 ? { hours } : {}) };
}

async function namesOf(tx: SqlCtx, ids: number[]): Promise<Map<number, string>> {
  const people = await tx.sql.rows<{ id: number; name: string }>(
    q`SELECT id, name FROM users WHERE id = ANY (${ids}::int[])`,
  );
  return new Map(people.map(({ id, name }) => [id, name]));
}
