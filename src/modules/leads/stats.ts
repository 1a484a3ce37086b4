import type { SqlCtx } from '../../ctx.ts';
import { addDays, type BusinessDay, businessDayOf, lastDays } from '../../lib/business-day.ts';
import { sharedRows } from '../../lib/shared-rows.ts';
import { joinSql, q, type Sql } from '../../lib/sql.ts';
import { acceptanceOf, noCounts, type StatusCounts, statusesOf, sumOf } from './agent-stats.ts';
import type { LeadType } from './lead-types.ts';

/** Business days back from today, today included; null: all of them. */
export const periods = { day: 1, week: 7, month: 30, all: null } as const;
export type Period = keyof typeof periods;

/** Leads of any status over the last business days, and of all. */
export type Spans = { day1: number; day7: number; day30: number; ever: number };
export type Line = StatusCounts & Spans & { id: number | null; name: string; total: number; acceptance: number | null };
export type Funnel = { period: Period; issued: number; reported: number; approved: number };
const names = Object.keys(periods) as Period[];
const everyDay = q`day = '-infinity'`;
// The row of all days lies before every day, so a period never takes it in.
const within = (today: BusinessDay, period: Period): Sql => {
  const days = periods[period];
  return days === null ? everyDay : q`day >= ${addDays(today, 1 - days)}::date`;
};

/** Leads of one type and source: for each period how many are pending, approved, rejected, in rework. */
export type LeadSums = Record<Period, [number, number, number, number]> & { typeId: number; source: string };

/** All that the lines and funnels of a page are made of, in one look at the tallies. */
export function leadSums(ctx: SqlCtx): Promise<readonly LeadSums[]> {
  const today = businessDayOf(ctx.now, ctx.clock);
  const sums = (period: Period): Sql => {
    const sum = (status: Sql): Sql => q`coalesce(sum(${status}) FILTER (WHERE ${within(today, period)}), 0)`;
    return q`ARRAY[${sum(q`pending`)}, ${sum(q`approved`)}, ${sum(q`rejected`)}, ${sum(q`rework`)}]::int[]`;
  };
  return sharedRows<LeadSums>(
    ctx.sql,
    q`SELECT lead_type_id AS "typeId", source::text, ${sums('day')} AS day, ${sums('week')} AS week, ${sums('month')} AS month,
        ${sums('all')} AS "all"
      FROM lead_tallies WHERE ${everyDay} OR ${within(today, 'month')} GROUP BY lead_type_id, source`,
    'leads.sums',
  );
}

/** The line of some sums, its columns by status for a period. */
function lineOf(sums: readonly LeadSums[], period: Period, { id, name }: Pick<Line, 'id' | 'name'>): Line {
  const add = (of: Period, at: 0 | 1 | 2 | 3): number => sums.reduce((sum, row) => sum + row[of][at], 0);
  const all = (of: Period): number => add(of, 0) + add(of, 1) + add(of, 2) + add(of, 3);
  const counts = {
    pending: add(period, 0),
    approved: add(period, 1),
    rejected: add(period, 2),
    rework: add(period, 3),
  };
  const spans = { day1: all('day'), day7: all('week'), day30: all('month'), ever: all('all') };
  return { id, name, ...counts, ...spans, total: sumOf(counts), acceptance: acceptanceOf(counts) };
}

/** Leads per lead type, in the types' order, the types without leads too while they are active. */
export function leadsByType(sums: readonly LeadSums[], types: readonly LeadType[], period: Period): Line[] {
  return types.flatMap(({ id, name, active }) => {
    const line = lineOf(
      sums.filter(({ typeId }) => typeId === id),
      period,
      { id, name },
    );
    return active || line.ever > 0 ? [line] : [];
  });
}

export const leadsBySource = (sums: readonly LeadSums[], period: Period): Line[] =>
  [...Map.groupBy(sums, ({ source }) => source)]
    .map(([name, rows]) => lineOf(rows, period, { id: null, name }))
    .filter(({ ever }) => ever > 0);

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
  const rows = await sharedRows<StatusCounts & { day: string }>(
    ctx.sql,
    q`SELECT day::text, sum(pending)::int AS pending, sum(approved)::int AS approved, sum(rejected)::int AS rejected,
        sum(rework)::int AS rework
      FROM lead_tallies WHERE day >= ${days[0]}::date GROUP BY day`,
    'leads.by_day',
  );
  const byDay = new Map(rows.map((row) => [row.day, row]));
  return days.map((day) => byDay.get(day) ?? { day, ...noCounts() });
}

/** Contacts issued in each period, in the periods' order. */
export async function issuedInPeriods(ctx: SqlCtx): Promise<(number | null)[]> {
  const today = businessDayOf(ctx.now, ctx.clock);
  const issued = (period: Period): Sql =>
    period === 'all' ? q`sum(issued)` : q`sum(issued) FILTER (WHERE ${within(today, period)})`;
  const [row] = await sharedRows<{ counts: (number | null)[] }>(
    ctx.sql,
    q`SELECT ARRAY[${joinSql(names.map(issued), ', ')}]::int[] AS counts FROM issued_tallies`,
    'leads.funnel_issued',
  );
  return row?.counts ?? [];
}

/** Contacts issued → leads reported → leads approved, for each period, by business day. */
export const funnels = (issued: readonly (number | null)[], sums: readonly LeadSums[]): Funnel[] =>
  names.map((period, at) => {
    const { total, approved } = lineOf(sums, period, { id: null, name: '' });
    return { period, issued: issued[at] ?? 0, reported: total, approved };
  });
