import { z } from 'zod';
import { digitsOf } from '../../lib/digits.ts';
import { DayFilter, IdFilter, PersonFilter } from '../../lib/fields.ts';
import { CONTACT_KINDS, normaliseKey } from '../../lib/keys/index.ts';
import { nameHas, personIs } from '../../lib/people.ts';
import { recogniseContacts } from '../../lib/recognise.ts';
import { joinSql, likeText, q, type Sql } from '../../lib/sql.ts';

export const statuses = ['pending', 'approved', 'rejected', 'rework'] as const;
export type Status = (typeof statuses)[number];

/** What a list of leads may be narrowed to. Lives in the address; what does not parse is left out. */
export const LeadFilter = z.object({
  q: z.string().trim().max(512).optional().catch(undefined),
  status: z.enum(statuses).optional().catch(undefined),
  type: IdFilter,
  source: z.enum(['base', 'self']).optional().catch(undefined),
  agent: PersonFilter,
  /** Business days of the report, both included. */
  from: DayFilter,
  to: DayFilter,
  files: z.enum(['yes', 'no']).optional().catch(undefined),
});
export type LeadFilter = z.infer<typeof LeadFilter>;

/** The filter as a condition on `leads l JOIN users u` (the agent). */
export function matching(filter: LeadFilter): Sql {
  const conditions: Sql[] = [];
  if (filter.q) conditions.push(search(filter.q));
  if (filter.status) conditions.push(q`l.status = ${filter.status}::lead_status`);
  if (filter.type) conditions.push(q`l.lead_type_id = ${filter.type}`);
  if (filter.source) conditions.push(q`l.source = ${filter.source}::lead_source`);
  if (filter.agent) conditions.push(personIs(q`l.agent_id`, filter.agent));
  if (filter.from) conditions.push(q`l.day >= ${filter.from}::date`);
  if (filter.to) conditions.push(q`l.day <= ${filter.to}::date`);
  if (filter.files) {
    const has = q`EXISTS (SELECT FROM lead_files f WHERE f.lead_id = l.id)`;
    conditions.push(filter.files === 'yes' ? has : q`NOT ${has}`);
  }
  return conditions.length > 0 ? joinSql(conditions, ' AND ') : q`true`;
}

/**
 * Any spelling of a contact finds it by its key; anything else is looked for in contacts and comments (by the index leads_parts, whose
 * expression this is) and in agents' names.
 */
function search(text: string): Sql {
  const pieces = [
    q`l.key = ANY(${keysOf(text)}::text[])`,
    q`${words} LIKE letters_of(${`%${likeText(text)}%`})`,
    q`l.agent_id = ANY(ARRAY(SELECT id FROM users WHERE ${nameHas(q`name_key`, text)}))`,
  ];
  for (const digits of digitsOf(text, 4)) pieces.push(q`${words} LIKE ${`%${digits}%`}`);
  return q`(${joinSql(pieces, ' OR ')})`;
}

const words = q`letters_of(l.key || ' ' || l.value || ' ' || coalesce(l.comment, ''))`;

function keysOf(text: string): string[] {
  const asKind = CONTACT_KINDS.map((kind) => normaliseKey(text, kind)).flatMap((found) =>
    found.ok ? [found.key] : [],
  );
  return [...asKind, ...recogniseContacts(text).flatMap(({ key }) => (key ? [key] : []))];
}
