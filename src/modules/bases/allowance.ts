import type { SqlCtx } from '../../ctx.ts';
import { businessDayOf, type Period, renewsAt, weekOf } from '../../lib/business-day.ts';
import type { ContactKind } from '../../lib/keys/index.ts';
import { joinSql, q, type Sql } from '../../lib/sql.ts';

/** How full a base is, as far as agents may know. */
export type Feeling = 'many' | 'few' | 'none';
export type Allowance = {
  baseTypeId: number;
  name: string;
  kind: ContactKind;
  active: boolean;
  period: Period;
  limit: number;
  /** Granted on top, in this period. */
  granted: number;
  /** Got in this period, contacts taken back included. */
  issued: number;
  left: number;
  /** Null for a limit for life. */
  renewsAt: Date | null;
};
type Row = Omit<Allowance, 'left' | 'renewsAt'>;

/**
 * What an agent may still take of one base. Allowed = limit + grants in the period − issued in the period. A grant counts
 * in every period that it touches once it has begun, so one that ends in mid-week never makes that week's rest negative.
 * `more` is a column besides, so that an issuance asks everything in one trip.
 */
export async function allowanceOf<More extends object>(ctx: SqlCtx, agentId: number, baseTypeId: number, more: Sql) {
  const row = await ctx.sql.row<Row & More>(
    q`${select(ctx, agentId, [more])} WHERE b.id = ${baseTypeId}`,
    'bases.allowance',
  );
  return row && withRest(ctx, row);
}

/** What an agent may still take of every active base, in the bases' order, and how full each is. */
export async function allowancesOf(ctx: SqlCtx, agentId: number): Promise<(Allowance & { free: Feeling })[]> {
  const rows = await ctx.sql.rows<Row & { free: Feeling }>(
    q`${select(ctx, agentId, [feeling])} WHERE b.active ORDER BY b.position, b.id`,
    'bases.allowances',
  );
  return rows.map((row) => ({ ...withRest(ctx, row), free: row.free }));
}

// Counts no further than the answer needs: a base of a million contacts costs no more than a small one.
const many = q`least(greatest(b."limit" * 3, 50), 3000)`;
const feeling = q`(
  SELECT CASE WHEN count(*) = 0 THEN 'none' WHEN count(*) < ${many} THEN 'few' ELSE 'many' END
  FROM (SELECT FROM contacts c WHERE c.base_type_id = b.id AND c.state = 'free' LIMIT ${many}) AS counted
) AS free`;

function select(ctx: SqlCtx, agentId: number, more: Sql[]): Sql {
  const day = businessDayOf(ctx.now, ctx.clock);
  const { from: monday, to: sunday } = weekOf(day);
  const columns = joinSql(
    [
      q`b.id AS "baseTypeId", b.name, b.kind::text, b.active, b.period::text, b."limit"`,
      q`(SELECT coalesce(sum(g.amount), 0)::int FROM limit_grants g
         WHERE g.agent_id = ${agentId} AND g.base_type_id = b.id
           AND (g.from_day IS NULL OR g.from_day <= ${day}::date)
           AND (g.to_day IS NULL OR p.first IS NULL OR g.to_day >= p.first)) AS granted`,
      q`(SELECT coalesce(sum(i.issued), 0)::int FROM issuance_tallies i
         WHERE i.agent_id = ${agentId} AND i.base_type_id = b.id
           AND (p.first IS NULL OR i.day BETWEEN p.first AND p.last)) AS issued`,
      ...more,
    ],
    ', ',
  );
  return q`
    SELECT ${columns}
    FROM base_types b
    CROSS JOIN LATERAL (SELECT
      CASE b.period WHEN 'day' THEN ${day}::date WHEN 'week' THEN ${monday}::date END AS first,
      CASE b.period WHEN 'day' THEN ${day}::date WHEN 'week' THEN ${sunday}::date END AS last) AS p`;
}

const withRest = <R extends Row>(ctx: SqlCtx, row: R): R & Allowance => ({
  ...row,
  left: Math.max(0, row.limit + row.granted - row.issued),
  renewsAt: renewsAt(row.period, ctx.now, ctx.clock),
});
