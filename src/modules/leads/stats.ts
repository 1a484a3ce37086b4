import type { SqlCtx } from '../../ctx.ts';
import { addDays, type BusinessDay, businessDayOf, lastDays } from '../../lib/business-day.ts';
import { q, type Sql } from '../../lib/sql.ts';
import { acceptanceOf, noCounts, type StatusCounts, statusesOf, sumOf } from './agent-stats.ts';
import { listLeadTypes } from './lead-types.ts';

/** Business days back from today, today included; null: all of them. */
export const periods = { day: 1, week: 7, month: 30, all: null } as const;
export type Period = keyof typeof periods;

/** Leads of any status over the last business days, and of all. */
export type Spans = { day1: number; day7: number; day30: number; ever: number };
export type Line = StatusCounts & Spans & { id: number | null; name: string; total: number; acceptance: number | null };
export type Funnel = { period: Period; issued: number; reported: number; approved: number };
const noSpans: Spans = { day1: 0, day7: 0, day30: 0, ever: 0 };
const everyDay = q`day = '-infinity'`;
const anyStatus = q`pending + approved + rejected + rework`;

export const firstDay = (today: BusinessDay, days: number): BusinessDay => addDays(today, 1 - days);
// The row of all days lies before every day, so a span never takes it in.
const since = (today: BusinessDay, days: number): Sql => q`day >= ${firstDay(today, days)}::date`;
const within = (today: BusinessDay, period: Period): Sql =>
  periods[period] === null ? everyDay : since(today, periods[period]);

/** Sums of lead_tallies by a column of it. */
async function linesBy(ctx: SqlCtx, period: Period, column: Sql): Promise<(Line & { key: string })[]> {
  const today = businessDayOf(ctx.now, ctx.clock);
  const sum = (of: Sql, days: Sql): Sql => q`coalesce(sum(${of}) FILTER (WHERE ${days}), 0)::int`;
  const inPeriod = within(today, period);
  const rows = await ctx.sql.rows<StatusCounts & Spans & { key: string }>(q`
    SELECT ${column}::text AS key, ${sum(q`pending`, inPeriod)} AS pending, ${sum(q`approved`, inPeriod)} AS approved,
      ${sum(q`rejected`, inPeriod)} AS rejected, ${sum(q`rework`, inPeriod)} AS rework,
      ${sum(anyStatus, since(today, 1))} AS day1, ${sum(anyStatus, since(today, 7))} AS day7,
      ${sum(anyStatus, since(today, 30))} AS day30, ${sum(anyStatus, everyDay)} AS ever
    FROM lead_tallies WHERE ${everyDay} OR ${since(today, 30)} GROUP BY 1`);
  return rows.map((row) => lineOf({ ...row, id: null, name: row.key }));
}

/** A line with its sum and its share. */
export const lineOf = <Row extends StatusCounts & Spans & { id: number | null; name: string }>(row: Row) => ({
  ...row,
  total: sumOf(row),
  acceptance: acceptanceOf(row),
});

/** Leads per lead type, in the types' order, the types without leads too while they are active. */
export async function leadsByType(ctx: SqlCtx, period: Period): Promise<Line[]> {
  const [lines, types] = await Promise.all([linesBy(ctx, period, q`lead_type_id`), listLeadTypes(ctx)]);
  const byType = new Map(lines.map((line) => [line.key, line]));
  return types.flatMap(({ id, name, active }) => {
    const line = byType.get(String(id)) ?? lineOf({ ...noCounts(), ...noSpans, id, name });
    return active || line.ever > 0 ? [{ ...line, id, name }] : [];
  });
}

export const leadsBySource = async (ctx: SqlCtx, period: Period): Promise<Line[]> =>
  (await linesBy(ctx, period, q`source`)).filter(({ ever }) => ever > 0);

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
    q`SELECT day::text, sum(pending)::int AS pending, sum(approved)::int AS approved, sum(rejected)::int AS rejected,
        sum(rework)::int AS rework
      FROM lead_tallies WHERE day >= ${days[0]}::date GROUP BY day`,
  );
  const byDay = new Map(rows.map((row) => [row.day, row]));
  return days.map((day) => byDay.get(day) ?? { day, ...noCounts() });
}

/** Contacts issued → leads reported → leads approved, for each period, by business day. */
export function funnels(ctx: SqlCtx): Promise<Funnel[]> {
  const today = businessDayOf(ctx.now, ctx.clock);
  const stages = (Object.keys(periods) as Period[]).map((period) => {
    const days = periods[period];
    const issued = days === null ? q`true` : since(today, days);
    return q`SELECT ${period}::text AS period, (SELECT coalesce(sum(issued), 0)::int FROM issued_tallies WHERE ${issued}) AS issued,
      coalesce(sum(${anyStatus}), 0)::int AS reported, coalesce(sum(approved), 0)::int AS approved
      FROM lead_tallies WHERE ${within(today, period)}`;
  });
  return ctx.sql.rows<Funnel>(stages.reduce((all, stage) => q`${all} UNION ALL ${stage}`));
}
