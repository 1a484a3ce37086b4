import type { Ctx } from '../../ctx.ts';
import { addDays, businessDayOf } from '../../lib/business-day.ts';
import { sharedRows } from '../../lib/shared-rows.ts';
import { q } from '../../lib/sql.ts';

export type FunnelDay = { day: string; issued: number; reported: number; approved: number };

/**
 * Issued → reported → approved for each of the last `length` business days, today last. A lead counts on the day it was reported,
 * whatever happened to it later: so each number is a part of the one before it and nothing is counted twice. Contacts taken
 * back stay counted on the day they were issued.
 */
export function funnelByDay(ctx: Ctx, length: number): Promise<readonly FunnelDay[]> {
  const today = businessDayOf(ctx.now, ctx.clock);
  const from = addDays(today, 1 - length);
  return sharedRows<FunnelDay>(
    ctx.sql,
    q`
    SELECT d.day::text, coalesce(i.issued, 0)::int AS issued, coalesce(l.reported, 0)::int AS reported,
      coalesce(l.approved, 0)::int AS approved
    FROM (SELECT generate_series(${from}::date, ${today}::date, '1 day')::date AS day) d
    LEFT JOIN (
      SELECT day, sum(issued) AS issued FROM issued_tallies WHERE day BETWEEN ${from}::date AND ${today}::date GROUP BY day
    ) i USING (day)
    LEFT JOIN (
      SELECT day, sum(pending + approved + rejected + rework) AS reported, sum(approved) AS approved
      FROM lead_tallies WHERE day BETWEEN ${from}::date AND ${today}::date GROUP BY day
    ) l USING (day)
    ORDER BY d.day`,
    'overview.funnel',
  );
}

/** The sums over some days. */
export function sumsOf(days: readonly FunnelDay[]): Omit<FunnelDay, 'day'> {
  const sum = (name: 'issued' | 'reported' | 'approved') => days.reduce((total, day) => total + day[name], 0);
  return { issued: sum('issued'), reported: sum('reported'), approved: sum('approved') };
}
