import { z } from 'zod';
import type { SqlCtx } from '../../ctx.ts';
import { businessDayBounds } from '../../lib/business-day.ts';
import { DayFilter, IdFilter, PersonFilter } from '../../lib/fields.ts';
import { personIs } from '../../lib/people.ts';
import { joinSql, q, type Sql } from '../../lib/sql.ts';
import { search } from './search.ts';

export const states = ['free', 'issued', 'suppressed'] as const;
export const outcomes = ['not_reached', 'refused', 'thinking', 'lead', 'wrong_contact'] as const;
export type Outcome = (typeof outcomes)[number];

/** What the contacts list may be narrowed to. Lives in the address; what does not parse is left out. */
export const ContactFilter = z.object({
  q: z.string().trim().max(512).optional().catch(undefined),
  base: IdFilter,
  state: z.enum(states).optional().catch(undefined),
  agent: PersonFilter,
  import: IdFilter,
  /** `none`: issued, and nothing said yet. */
  outcome: z
    .enum([...outcomes, 'none'])
    .optional()
    .catch(undefined),
  /** Business days of the issuance, both included. */
  from: DayFilter,
  to: DayFilter,
});
export type ContactFilter = z.infer<typeof ContactFilter>;

/** The filter as a condition on `contacts c`. */
export function matching(ctx: Pick<SqlCtx, 'clock'>, filter: ContactFilter): Sql {
  const conditions: Sql[] = [];
  if (filter.q) conditions.push(search(filter.q));
  if (filter.base) conditions.push(q`c.base_type_id = ${filter.base}`);
  if (filter.state) conditions.push(q`c.state = ${filter.state}::contact_state`);
  if (filter.agent) conditions.push(personIs(q`c.agent_id`, filter.agent));
  if (filter.import) conditions.push(q`c.import_id = ${filter.import}`);
  if (filter.outcome === 'none') conditions.push(q`c.state = 'issued' AND c.outcome IS NULL`);
  else if (filter.outcome) conditions.push(q`c.outcome = ${filter.outcome}::contact_outcome`);
  if (filter.from) conditions.push(q`c.issued_at >= ${businessDayBounds(filter.from, ctx.clock).from}`);
  if (filter.to) conditions.push(q`c.issued_at < ${businessDayBounds(filter.to, ctx.clock).until}`);
  return conditions.length > 0 ? joinSql(conditions, ' AND ') : q`true`;
}
