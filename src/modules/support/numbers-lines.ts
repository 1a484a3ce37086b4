import { actorOf, type SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import { dayText } from '../../lib/written-dates.ts';
import { type Department, listDepartments } from './departments.ts';
import { type Numbers, nothing, type Part, type SupportNumbers, supportNumbers } from './numbers.ts';
import { type NumbersFilter, type Span, spanOf } from './numbers-filter.ts';
import { listOperators, type Operator } from './operators.ts';
import { listPurposes, type Purpose } from './purposes.ts';

/** A line of a table; `operator` says where he is now and how much he has. Whose thread is nobody's has no name. */
export type Line = Numbers & { id: number; name: string; operator?: Operator };
type Choice = { value: number; text: string };
export type Report = {
  span: Span;
  total: Numbers;
  lines: Record<Part, Line[]>;
  choices: Record<'department' | 'purpose' | 'operator', Choice[]>;
};

/** The numbers with names, in the order in which tables show them; a head, who may not see all of them, gets those of his departments. */
export async function readNumbers(ctx: SqlCtx, filter: NumbersFilter): Promise<Report> {
  const span = spanOf(ctx, filter);
  const departments = await departmentsFor(ctx);
  const own = seesAll(ctx) ? undefined : departments.map(({ id }) => id);
  const [numbers, purposes, all] = await Promise.all([
    supportNumbers(ctx, { ...filter, own }, span),
    listPurposes(ctx),
    listOperators(ctx),
  ]);
  const operators = own ? all.filter(({ id }) => departments.some((one) => one.operatorIds.includes(id))) : all;
  const lines = {
    department: named(numbers.department, departments, ({ name }) => name),
    purpose: named(numbers.purpose, purposes, ({ title }) => title),
    operator: await operatorLines(ctx, numbers, operatorsOf(filter, departments, operators)),
    step: span.days.map((day, n) => ({ ...(numbers.step.get(n + 1) ?? nothing()), id: n + 1, name: dayText(day) })),
  };
  return { span, total: numbers.total, lines, choices: choicesOf(departments, purposes, operators) };
}

/** Whether the actor sees the numbers of every department, not only of those that he heads. */
export const seesAll = (ctx: SqlCtx): boolean => actorOf(ctx).permissions.has('staff:stats:read');

async function departmentsFor(ctx: SqlCtx): Promise<readonly Readonly<Department>[]> {
  const all = await listDepartments(ctx);
  return seesAll(ctx) ? all : all.filter(({ headId }) => headId === actorOf(ctx).id);
}

const named = <T extends { id: number }>(
  lines: Map<number, Numbers>,
  things: readonly T[],
  nameOf: (thing: T) => string,
): Line[] =>
  things.flatMap((thing) => {
    const line = lines.get(thing.id);
    return line ? [{ ...line, id: thing.id, name: nameOf(thing) }] : [];
  });

/** Operators of whom the filter speaks, whether anything happened to them or not. */
function operatorsOf(
  { department, operator }: NumbersFilter,
  departments: readonly Department[],
  all: Operator[],
): Operator[] {
  const members = departments.find(({ id }) => id === department)?.operatorIds;
  return all.filter(({ id }) => (!operator || id === operator) && (!members || members.includes(id)));
}

/** Those who answer now with their load, then whoever did, then nobody. */
async function operatorLines(ctx: SqlCtx, { operator: lines }: SupportNumbers, operators: Operator[]): Promise<Line[]> {
  const present = operators.map((one) => ({
    ...(lines.get(one.id) ?? nothing()),
    id: one.id,
    name: one.name,
    operator: one,
  }));
  const others = await ctx.sql.rows<{ id: number; name: string }>(q`
    SELECT id, name FROM users WHERE id = ANY (${[...lines.keys()]}::int[]) AND id <> ALL (${operators.map(({ id }) => id)}::int[])
    ORDER BY name_key`);
  return [...present, ...named(lines, [...others, { id: 0, name: '' }], ({ name }) => name)];
}

const choicesOf = (
  departments: readonly Department[],
  purposes: Purpose[],
  operators: Operator[],
): Report['choices'] => ({
  department: departments.map(({ id, name }) => ({ value: id, text: name })),
  purpose: purposes.map(({ id, title }) => ({ value: id, text: title })),
  operator: operators.map(({ id, name }) => ({ value: id, text: name })),
});
