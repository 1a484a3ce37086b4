import type { Ctx, SqlCtx } from '../../ctx.ts';
import { inSqlTransaction } from '../../ctx.ts';
import { businessDayOf } from '../../lib/business-day.ts';
import { q } from '../../lib/sql.ts';
import { notify } from '../notifications/index.ts';
import { baseLevels } from './levels.ts';

type Told = { name: string };

/** Puts the word that a base fell short into the transaction; staff hear it at most once per base and business day. */
export async function tellShortage(tx: SqlCtx, baseTypeId: number): Promise<void> {
  const day = businessDayOf(tx.now, tx.clock);
  const untold = await tx.sql.row(
    q`SELECT id FROM base_types WHERE id = ${baseTypeId} AND low_told_day IS DISTINCT FROM ${day}::date`,
  );
  if (untold) await tx.jobs.enqueue(tx, 'bases.tell-shortage', { baseTypeId });
}

/** Tells those who fill bases that one runs low, unless that was done this business day. */
export function tellOfLow(ctx: Ctx, baseTypeId: number): Promise<void> {
  return inSqlTransaction(ctx, async (tx) => {
    const day = businessDayOf(tx.now, tx.clock);
    const base = await tx.sql.row<Told>(q`
      UPDATE base_types SET low_told_day = ${day}::date
      WHERE id = ${baseTypeId} AND low_told_day IS DISTINCT FROM ${day}::date RETURNING name`);
    if (!base) return;
    const level = (await baseLevels(tx, baseTypeId))[0];
    const params = { base: base.name, free: level?.free ?? 0, total: level?.total ?? 0 };
    await notify(tx, { type: 'base.low', subjectId: baseTypeId, params });
  });
}

/** Looks at every active base and tells of those below their low-water mark. */
export async function watchLevels(ctx: Ctx): Promise<void> {
  for (const level of await baseLevels(ctx)) {
    if (level.active && level.total > 0 && level.tone !== null) await tellOfLow(ctx, level.baseTypeId);
  }
}
