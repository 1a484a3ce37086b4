import { z } from 'zod';
import type { Ctx } from '../../ctx.ts';
import { parseBusinessDay } from '../../lib/business-day.ts';
import { personIs } from '../../lib/people.ts';
import { likeText, q, type Sql } from '../../lib/sql.ts';

const text = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .optional()
    .catch(undefined)
    .transform((value) => value || undefined);
const day = text(10).transform((value) => (value && parseBusinessDay(value)) || undefined);

/** What the journal may be narrowed by, as it stands in the address. People are given by name or by `#id`. */
export const AuditFilter = z.object({
  actor: text(100),
  person: text(100),
  action: text(60),
  /** `type` or `type:id`, e.g. `lead:12`. */
  subject: text(60),
  ip: text(60),
  from: day,
  to: day,
  q: text(200),
  /** Look into the archive too. */
  archive: z.literal('1').optional().catch(undefined),
});
export type AuditFilter = Partial<z.infer<typeof AuditFilter>> & {
  /** Who acted or whom it concerns, for the person's card. */
  involving?: number;
};

/** Where such events lie: what concerns a person is looked for everywhere. */
export const placeFor = ({ archive, involving }: AuditFilter): Sql =>
  archive || involving ? q`audit_all` : q`audit_events`;

/** The conditions on the events `e`. Days are those of the business zone's calendar, both included. */
export function matching({ clock }: Pick<Ctx, 'clock'>, filter: AuditFilter): Sql[] {
  const conditions: Sql[] = [];
  if (filter.involving) conditions.push(q`(e.user_id = ${filter.involving} OR e.actor_id = ${filter.involving})`);
  if (filter.actor) conditions.push(personIs(q`e.actor_id`, filter.actor));
  if (filter.person) conditions.push(personIs(q`e.user_id`, filter.person));
  if (filter.action) conditions.push(actionIs(filter.action));
  if (filter.subject) conditions.push(subjectIs(filter.subject));
  if (filter.ip) conditions.push(q`e.ip LIKE ${`${likeText(filter.ip)}%`}`);
  if (filter.from) conditions.push(q`e.at >= ${filter.from}::date::timestamp AT TIME ZONE ${clock.zone}`);
  if (filter.to) conditions.push(q`e.at < (${filter.to}::date + 1)::timestamp AT TIME ZONE ${clock.zone}`);
  if (filter.q) conditions.push(mentions(filter.q));
  return conditions;
}

/** `session.refused` is one action, `session` all of its noun. */
const actionIs = (action: string): Sql =>
  action.includes('.') ? q`e.action = ${action}` : q`e.action LIKE ${`${likeText(action)}.%`}`;

function subjectIs(subject: string): Sql {
  const [type = '', id = ''] = subject.split(':');
  return /^\d{1,9}$/.test(id)
    ? q`e.subject_type = ${type} AND e.subject_id = ${Number(id)}`
    : q`e.subject_type = ${type}`;
}

function mentions(words: string): Sql {
  const part = `%${likeText(words)}%`;
  const texts = q`e.details::text ILIKE ${part} OR e.actor_name ILIKE ${part} OR e.action ILIKE ${part} OR e.user_agent ILIKE ${part}`;
  return q`(${texts} OR ${personIs(q`e.user_id`, words)})`;
}
