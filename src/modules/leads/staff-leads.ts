import type { SqlCtx } from '../../ctx.ts';
import { NotFound } from '../../errors.ts';
import { fixed, q } from '../../lib/sql.ts';
import { type LeadFilter, matching } from './filter.ts';
import type { OwnLead } from './own-leads.ts';
import { edgeOf, type Place, type Sort } from './sort.ts';

export type StaffLead = OwnLead & {
  agentId: number;
  agent: string;
  files: number;
  decidedBy: string | null;
  decidedAt: Date | null;
};

const columns = q`l.id, l.key, l.value, l.lead_type_id AS "typeId", t.name AS type, l.source::text, l.status::text,
  l.decision_note AS note, l.comment, l.day::text, l.version, l.created_at AS "createdAt", l.agent_id AS "agentId",
  u.name AS agent, m.name AS "decidedBy", l.decided_at AS "decidedAt",
  (SELECT count(*)::int FROM lead_files f WHERE f.lead_id = l.id) AS files`;
const joined = q`leads l JOIN users u ON u.id = l.agent_id JOIN lead_types t ON t.id = l.lead_type_id
  LEFT JOIN users m ON m.id = l.decided_by_id`;

/** Leads of a filter in an order, one more than `size` beyond the place. */
export function staffLeads(
  ctx: SqlCtx,
  filter: LeadFilter,
  sort: Sort,
  place: Place,
  size: number,
): Promise<StaffLead[]> {
  const { beyond, order } = edgeOf(sort, place);
  return ctx.sql.rows<StaffLead>(
    q`SELECT ${columns} FROM ${joined} WHERE ${matching(filter)} AND ${beyond} ORDER BY ${order} LIMIT ${fixed(size + 1)}`,
  );
}

/** Leads of a filter, oldest first, in batches, however many there are. */
export async function* allLeads(ctx: SqlCtx, filter: LeadFilter, size = 500): AsyncGenerator<StaffLead[]> {
  for (let last = 0; ; ) {
    const batch = await ctx.sql.rows<StaffLead>(
      q`SELECT ${columns} FROM ${joined} WHERE ${matching(filter)} AND l.id > ${last} ORDER BY l.id LIMIT ${fixed(size)}`,
    );
    if (batch.length > 0) yield batch;
    if (batch.length < size) return;
    last = batch.at(-1)?.id ?? 0;
  }
}

export async function getLead(ctx: SqlCtx, id: number): Promise<StaffLead> {
  const lead = await ctx.sql.row<StaffLead>(q`SELECT ${columns} FROM ${joined} WHERE l.id = ${id}`, 'leads.one');
  if (!lead) throw new NotFound();
  return lead;
}

/** The pending leads around this one: the oldest after it and the youngest before it. */
export async function neighboursOf(ctx: SqlCtx, id: number): Promise<{ next: number | null; previous: number | null }> {
  const row = await ctx.sql.row<{ next: number | null; previous: number | null }>(q`
    SELECT (SELECT min(id) FROM leads WHERE status = 'pending' AND id > ${id}) AS next,
      (SELECT max(id) FROM leads WHERE status = 'pending' AND id < ${id}) AS previous`);
  return row ?? { next: null, previous: null };
}

/** The pending lead to look at: the oldest beyond `after`, or, when there is none, the oldest of all. */
export async function nextPending(ctx: SqlCtx, after = 0): Promise<number | null> {
  const row = await ctx.sql.row<{ id: number | null }>(q`
    SELECT coalesce((SELECT min(id) FROM leads WHERE status = 'pending' AND id > ${after}),
      (SELECT min(id) FROM leads WHERE status = 'pending')) AS id`);
  return row?.id ?? null;
}
