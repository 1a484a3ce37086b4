import type { SqlCtx } from '../../ctx.ts';
import { fixed, joinSql, q, type Sql } from '../../lib/sql.ts';
import { countTotal, exactly, MOST_COUNTED, type Total } from '../../lib/totals.ts';
import { countsByStatus, noCounts, type StatusCounts, sumOf } from './agent-stats.ts';
import { type LeadFilter, matching, type Status } from './filter.ts';

/** How many leads a filter finds, by status whatever status it asks for; null where there are too many to count. */
export async function countLeads(ctx: SqlCtx, filter: LeadFilter): Promise<StatusCounts | null> {
  const { q: text, agent, files } = filter;
  if (!text && !agent && !files) return tallyOf(ctx, filter);
  const row = await ctx.sql.row<StatusCounts>(q`
    SELECT ${countsByStatus} FROM (SELECT l.status FROM ${found({ ...filter, status: undefined })} LIMIT ${fixed(MOST_COUNTED + 1)}) AS found`);
  return row && sumOf(row) > MOST_COUNTED ? null : (row ?? noCounts());
}

/** How many leads the filter finds in a status or in all, given what `countLeads` has said of it. */
export async function leadTotal(
  ctx: SqlCtx,
  filter: LeadFilter,
  counts: StatusCounts | null,
  status?: Status,
): Promise<Total> {
  if (counts) return exactly(status ? counts[status] : sumOf(counts));
  return status ? countTotal(ctx.sql, found({ ...filter, status })) : { count: MOST_COUNTED, more: true };
}

const found = (filter: LeadFilter): Sql => q`leads l WHERE ${matching(filter)}`;

async function tallyOf(ctx: SqlCtx, { type, source, from, to }: LeadFilter): Promise<StatusCounts> {
  const conditions = [from || to ? q`day > '-infinity'` : q`day = '-infinity'`];
  if (from) conditions.push(q`day >= ${from}::date`);
  if (to) conditions.push(q`day <= ${to}::date`);
  if (type) conditions.push(q`lead_type_id = ${type}`);
  if (source) conditions.push(q`source = ${source}::lead_source`);
  const row = await ctx.sql.row<StatusCounts>(q`
    SELECT coalesce(sum(pending), 0)::int AS pending, coalesce(sum(approved), 0)::int AS approved,
      coalesce(sum(rejected), 0)::int AS rejected, coalesce(sum(rework), 0)::int AS rework
    FROM lead_tallies WHERE ${joinSql(conditions, ' AND ')}`);
  return row ?? noCounts();
}
