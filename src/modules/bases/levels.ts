import type { SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';

export type Level = {
  baseTypeId: number;
  name: string;
  active: boolean;
  free: number;
  issued: number;
  suppressed: number;
  total: number;
  lowWaterPercent: number;
  /** Red when nothing is free, amber under the low-water mark. */
  tone: 'danger' | 'warning' | null;
};

/** How many contacts each base holds and how many of them are free. */
export async function baseLevels(ctx: Pick<SqlCtx, 'sql'>, baseTypeId: number | null = null): Promise<Level[]> {
  const rows = await ctx.sql.rows<Omit<Level, 'tone'>>(
    q`
    SELECT b.id AS "baseTypeId", b.name, b.active, b.low_water_percent AS "lowWaterPercent",
      coalesce(n.free, 0)::int AS free, coalesce(n.issued, 0)::int AS issued,
      coalesce(n.suppressed, 0)::int AS suppressed, coalesce(n.total, 0)::int AS total
    FROM base_types b
    LEFT JOIN (
      SELECT base_type_id, sum(free + issued + suppressed) AS total, sum(free) AS free, sum(issued) AS issued,
        sum(suppressed) AS suppressed
      FROM contact_tallies GROUP BY base_type_id
    ) n ON n.base_type_id = b.id
    WHERE ${baseTypeId}::int IS NULL OR b.id = ${baseTypeId}::int
    ORDER BY b.position, b.id`,
    'bases.levels',
  );
  return rows.map((row) => ({ ...row, tone: toneOf(row) }));
}

/** Less than `lowWaterPercent` of the whole is free. An empty base is as red as one that ran dry. */
function toneOf({ free, total, lowWaterPercent }: Pick<Level, 'free' | 'total' | 'lowWaterPercent'>): Level['tone'] {
  if (free === 0) return 'danger';
  return free * 100 < total * lowWaterPercent ? 'warning' : null;
}
