import type { SqlCtx } from '../../ctx.ts';
import { addDays, type BusinessDay, businessDayOf, lastDays } from '../../lib/business-day.ts';
import { q, type Sql } from '../../lib/sql.ts';
import { acceptanceOf, countsByStatus, noCounts, type StatusCounts, statusesOf, sumOf } from './agent-stats.ts';

/** Business days back from today, today included; null: all of them. */
export const periods = { day: 1, week: 7, month: 30, all: null } as const;
export type Period = keyof typeof periods;

export type Line = StatusCounts & {
  id: number | null;
  name: string;
  total: number;
  acceptance: number | null;
  day1: number;
  day7: number;
  day30: number;
  ever: number;
};
export type Funnel = { period: Period; issued: number; reported: number; approved: number };
type Grouped = StatusCounts & {
  id: number | null;
  name: string;
  day1: number;
  day7: number;
  day30: number;
  ever: number;
};

const first = (today: BusinessDay, days: number): BusinessDay => addDays(today, 1 - days);

async function linesBy(
  ctx: SqlCtx,
  period: Period,
  { id, name, from }: { id: Sql; name: Sql; from: Sql },
): Promise<Line[]> {
  const today = businessDayOf(ctx.now, ctx.clock);
  const days = periods[period];
  const inPeriod = days === null ? q`true` : q`l.day >= ${first(today, days)}::date`;
  const count = (status: string) => q`count(*) FILTER (WHERE l.status = ${status}::lead_status AND ${inPeriod})::int`;
  const since = (length: number) => q`count(*) FILTER (WHERE l.day >= ${first(today, length)}::date)::int`;
  const rows = await ctx.sql.rows<Grouped>(q`
    SELECT ${id} AS id, ${name} AS name, ${count('pending')} AS pending, ${count('approved')} AS approved,
      ${count('rejected')} AS rejected, ${count('rework')} AS rework,
      ${since(1)} AS day1, ${since(7)} AS day7, ${since(30)} AS day30, count(l.id)::int AS ever
    FROM ${from} GROUP BY 1, 2`);
  return rows.map((row) => ({ ...row, total: sumOf(row), acceptance: acceptanceOf(row) }));
}

/** Leads per lead type, in the types' order, the types without leads too while they are active. */
export async function leadsByType(ctx: SqlCtx, period: Period): Promise<Line[]> {
  const from = q`lead_types t LEFT JOIN leads l ON l.lead_type_id = t.id`;
  const lines = await linesBy(ctx, period, { id: q`t.id`, name: q`t.name`, from });
  const order = await ctx.sql.rows<{ id: number; active: boolean }>(
    q`SELECT id, active FROM lead_types ORDER BY position, id`,
  );
  return order.flatMap(({ id, active }) => lines.filter((line) => line.id === id && (active || line.ever > 0)));
}

export const leadsBySource = (ctx: SqlCtx, period: Period): Promise<Line[]> =>
  linesBy(ctx, period, { id: q`NULL::int`, name: q`l.source::text`, from: q`leads l` });

export const leadsByAgent = (ctx: SqlCtx, period: Period): Promise<Line[]> =>
  linesBy(ctx, period, { id: q`u.id`, name: q`u.name`, from: q`leads l JOIN users u ON u.id = l.agent_id` });

/** The sum of lines: their shares are worked out anew. */
export function sumLine(lines: readonly Line[], name: string): Line {
  const counts = noCounts();
  for (const line of lines) for (const status of statusesOf(counts)) counts[status] += line[status];
  const add = (field: 'day1' | 'day7' | 'day30' | 'ever') => lines.reduce((sum, line) => sum + line[field], 0);
  return {
    ...counts,
    id: null,
    name,
    total: sumOf(counts),
    acceptance: acceptanceOf(counts),
    day1: add('day1'),
    day7: add('day7'),
    day30: add('day30'),
    ever: add('ever'),
  };
}

/** The last 30 business days by present status, oldest first, days without leads too. */
export async function leadsByDay(ctx: SqlCtx): Promise<(StatusCounts & { day: string })[]> {
  const days = lastDays(businessDayOf(ctx.now, ctx.clock), 30);
  const rows = await ctx.sql.rows<StatusCounts & { day: string }>(
    q`SELECT day::text, ${countsByStatus} FROM leads WHERE day >= ${days[0]}::date GROUP BY day`,
  );
  const byDay = new Map(rows.map((row) => [row.day, row]));
  return days.map((day) => byDay.get(day) ?? { day, ...noCounts() });
}

/** Contacts issued → leads reported → leads approved, for each period, by business day. */
export async function funnels(ctx: SqlCtx): Promise<Funnel[]> {
  const today = businessDayOf(ctx.now, ctx.clock);
  return Promise.all(
    (Object.keys(periods) as Period[]).map(async (period) => {
      const days = periods[period];
      const since = days === null ? q`true` : q`day >= ${first(today, days)}::date`;
      const row = await ctx.sql.row<Omit<Funnel, 'period'>>(q`
        SELECT (SELECT coalesce(sum(issued), 0)::int FROM issuance_tallies WHERE ${since}) AS issued,
          count(*)::int AS reported, count(*) FILTER (WHERE status = 'approved')::int AS approved FROM leads WHERE ${since}`);
      return { period, ...(row ?? { issued: 0, reported: 0, approved: 0 }) };
    }),
  );
}
