import { actorOf, type SqlCtx } from '../../ctx.ts';
import { addDays, businessDayOf, lastDays } from '../../lib/business-day.ts';
import { q, type Sql } from '../../lib/sql.ts';
import { badgeCount } from '../../lib/totals.ts';
import type { Status } from './filter.ts';

export type StatusCounts = Record<Status, number>;
export type LeadStats = {
  total: number;
  yesterday: number;
  today: number;
  byStatus: StatusCounts;
  /** Approved of all decided for good, 0…1; null while nothing is. */
  acceptance: number | null;
  days: { day: string; reported: number; approved: number }[];
};
type DayRow = StatusCounts & { day: string };

export const noCounts = (): StatusCounts => ({ pending: 0, approved: 0, rejected: 0, rework: 0 });

/** The share of approved among what is decided for good. */
export const acceptanceOf = ({ approved, rejected }: Pick<StatusCounts, 'approved' | 'rejected'>): number | null =>
  approved + rejected > 0 ? approved / (approved + rejected) : null;

/** An agent's leads: ever, yesterday, today (business days), by status, and by day over the last `length` days. */
export async function leadStatsOf(ctx: SqlCtx, agentId: number = actorOf(ctx).id, length = 30): Promise<LeadStats> {
  const today = businessDayOf(ctx.now, ctx.clock);
  const rows = await ctx.sql.rows<DayRow>(
    q`SELECT day::text, ${countsByStatus} FROM leads WHERE agent_id = ${agentId} GROUP BY day`,
    'leads.agent_days',
  );
  const byStatus = noCounts();
  for (const row of rows) for (const status of statusesOf(byStatus)) byStatus[status] += row[status];
  const byDay = new Map(rows.map((row) => [row.day, row]));
  const on = (day: string): number => sumOf(byDay.get(day));
  return {
    total: sumOf(byStatus),
    yesterday: on(addDays(today, -1)),
    today: on(today),
    byStatus,
    acceptance: acceptanceOf(byStatus),
    days: lastDays(today, length).map((day) => ({
      day,
      reported: on(day),
      approved: byDay.get(day)?.approved ?? 0,
    })),
  };
}

/** The columns `pending`, `approved`, `rejected`, `rework` of a query over leads. */
export const countsByStatus = q`
  count(*) FILTER (WHERE status = 'pending')::int AS pending, count(*) FILTER (WHERE status = 'approved')::int AS approved,
  count(*) FILTER (WHERE status = 'rejected')::int AS rejected, count(*) FILTER (WHERE status = 'rework')::int AS rework`;

export const statusesOf = (counts: StatusCounts): Status[] => Object.keys(counts) as Status[];

export const sumOf = (counts: StatusCounts | undefined): number =>
  counts ? counts.pending + counts.approved + counts.rejected + counts.rework : 0;

/** How many leads wait for a moderator. */
export async function pendingLeadCount(ctx: Pick<SqlCtx, 'sql'>): Promise<number> {
  const row = await ctx.sql.row<{ count: number }>(
    q`SELECT coalesce(sum(pending), 0)::int AS count FROM lead_tallies WHERE day = '-infinity'`,
    'leads.pending',
  );
  return row?.count ?? 0;
}

/** The same for the navigation. */
export const pendingLeadBadge = (): Sql => badgeCount(q`leads WHERE status = 'pending'`);
