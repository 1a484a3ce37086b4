import type { SqlCtx } from '../../ctx.ts';
import { addDays, businessDayOf, lastDays, type Period } from '../../lib/business-day.ts';
import { q } from '../../lib/sql.ts';
import { baseLevels, type Level } from './levels.ts';
import { type DayCount, listBaseTypes } from './queries.ts';

/** Issued over the last business days, today's included. */
export type Issued = { day1: number; day7: number; day30: number };
export type BaseStats = Level & Issued & { limit: number; period: Period };

/** Every base: free and total, and what was issued of it in 1, 7 and 30 business days. */
export async function baseStats(ctx: SqlCtx): Promise<BaseStats[]> {
  const today = businessDayOf(ctx.now, ctx.clock);
  const [levels, bases, issued] = await Promise.all([
    baseLevels(ctx),
    listBaseTypes(ctx),
    ctx.sql.rows<Issued & { baseTypeId: number }>(
      q`
      SELECT base_type_id AS "baseTypeId", sum(issued)::int AS day30,
        coalesce(sum(issued) FILTER (WHERE day > ${addDays(today, -7)}::date), 0)::int AS day7,
        coalesce(sum(issued) FILTER (WHERE day = ${today}::date), 0)::int AS day1
      FROM issued_tallies WHERE day > ${addDays(today, -30)}::date AND day <= ${today}::date GROUP BY base_type_id`,
      'bases.issued',
    ),
  ]);
  const limits = new Map(bases.map(({ id, limit, period }) => [id, { limit, period }]));
  const byBase = new Map(issued.map(({ baseTypeId, ...counts }) => [baseTypeId, counts]));
  return levels.map((level) => ({
    ...level,
    ...(limits.get(level.baseTypeId) ?? { limit: 0, period: 'day' }),
    ...(byBase.get(level.baseTypeId) ?? { day1: 0, day7: 0, day30: 0 }),
  }));
}

/** Issued by business day over the last `length` days, of one base or of all. */
export async function issuedByDay(ctx: SqlCtx, baseTypeId: number | null = null, length = 30): Promise<DayCount[]> {
  const today = businessDayOf(ctx.now, ctx.clock);
  const rows = await ctx.sql.rows<DayCount>(
    q`
    SELECT day::text, sum(issued)::int AS count FROM issued_tallies
    WHERE day > ${addDays(today, -length)}::date AND (${baseTypeId}::int IS NULL OR base_type_id = ${baseTypeId}::int)
    GROUP BY day`,
    'bases.issued_days',
  );
  const byDay = new Map(rows.map(({ day, count }) => [day, count]));
  const days = lastDays(today, length);
  return days.map((day) => ({ day, count: byDay.get(day) ?? 0 }));
}
