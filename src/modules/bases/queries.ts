import { actorOf, type SqlCtx } from '../../ctx.ts';
import { addDays, businessDayOf, lastDays, type Period } from '../../lib/business-day.ts';
import type { ContactKind } from '../../lib/keys/index.ts';
import { sharedRows } from '../../lib/shared-rows.ts';
import { q, type Sql } from '../../lib/sql.ts';
import { badgeCount } from '../../lib/totals.ts';

export type BaseType = {
  id: number;
  code: string;
  name: string;
  kind: ContactKind;
  limit: number;
  period: Period;
  position: number;
  active: boolean;
  lowWaterPercent: number;
  sheetTitles: readonly string[];
};

/** Every base type in its order, the inactive ones too. */
export const listBaseTypes = (ctx: Pick<SqlCtx, 'sql'>): Promise<readonly Readonly<BaseType>[]> =>
  sharedRows<BaseType>(
    ctx.sql,
    q`SELECT id, code, name, kind::text, "limit", period::text, position, active,
        low_water_percent AS "lowWaterPercent", sheet_titles AS "sheetTitles"
      FROM base_types ORDER BY position, id`,
    'bases.types',
  );

export async function findBaseType(ctx: Pick<SqlCtx, 'sql'>, id: number): Promise<Readonly<BaseType> | undefined> {
  return (await listBaseTypes(ctx)).find((base) => base.id === id);
}

const openRequests = q`limit_requests WHERE status = 'open'`;

/** How many limit requests wait for an answer. */
export async function openLimitRequestCount(ctx: Pick<SqlCtx, 'sql'>): Promise<number> {
  const row = await ctx.sql.row<{ count: number }>(
    q`SELECT count(*)::int AS count FROM ${openRequests}`,
    'bases.open_limit_requests',
  );
  return row?.count ?? 0;
}

/** The same for the navigation. */
export const openLimitRequestBadge = (): Sql => badgeCount(openRequests);

export type DayCount = { day: string; count: number };
export type ContactStats = { total: number; yesterday: number; today: number; days: DayCount[] };

/** Contacts that an agent got: ever, yesterday, today (business days), and by day over the last `length` days. */
export async function agentContactStats(
  ctx: SqlCtx,
  agentId: number = actorOf(ctx).id,
  length = 30,
): Promise<ContactStats> {
  const today = businessDayOf(ctx.now, ctx.clock);
  const rows = await ctx.sql.rows<DayCount>(
    q`SELECT day::text, sum(issued)::int AS count FROM issuance_tallies WHERE agent_id = ${agentId} GROUP BY day ORDER BY day`,
    'bases.agent_days',
  );
  const byDay = new Map(rows.map(({ day, count }) => [day, count]));
  const days = lastDays(today, length);
  return {
    total: rows.reduce((sum, { count }) => sum + count, 0),
    yesterday: byDay.get(addDays(today, -1)) ?? 0,
    today: byDay.get(today) ?? 0,
    days: days.map((day) => ({ day, count: byDay.get(day) ?? 0 })),
  };
}
