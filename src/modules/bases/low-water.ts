import type { Ctx, SqlCtx } from '../../ctx.ts';
import { inSqlTransaction } from '../../ctx.ts';
import { businessDayOf } from '../../lib/business-day.ts';
import { q } from '../../lib/sql.ts';
import { sendMail } from '../../mail/jobs.ts';
import { baseLevels } from './levels.ts';

type Admin = { email: string; locale: 'ru' | 'en' };
type Told = { name: string };

/** Puts the word that a base fell short into the transaction; staff hear it at most once per base and business day. */
export async function tellShortage(tx: SqlCtx, baseTypeId: number): Promise<void> {
  const day = businessDayOf(tx.now, tx.clock);
  const untold = await tx.sql.row(
    q`SELECT id FROM base_types WHERE id = ${baseTypeId} AND low_told_day IS DISTINCT FROM ${day}::date`,
  );
  if (untold) await tx.jobs.enqueue(tx, 'bases.tell-shortage', { baseTypeId });
}

/** Writes to every admin that a base runs low, unless that was done this business day. */
export function tellAdmins(ctx: Ctx, baseTypeId: number): Promise<void> {
  return inSqlTransaction(ctx, async (tx) => {
    const day = businessDayOf(tx.now, tx.clock);
    const base = await tx.sql.row<Told>(q`
      UPDATE base_types SET low_told_day = ${day}::date
      WHERE id = ${baseTypeId} AND low_told_day IS DISTINCT FROM ${day}::date RETURNING name`);
    if (!base) return;
    const level = (await baseLevels(tx, baseTypeId))[0];
    const admins = await tx.sql.rows<Admin>(
      q`SELECT email, locale FROM users WHERE role = 'admin' AND status = 'approved' ORDER BY id`,
    );
    for (const { email, locale } of admins) {
      const params = { base: base.name, free: level?.free ?? 0, total: level?.total ?? 0 };
      await sendMail(tx, { to: email, locale, letter: 'baseLow', params, link: `/admin/bases/${baseTypeId}` });
    }
  });
}

/** Looks at every active base and tells of those below their low-water mark. */
export async function watchLevels(ctx: Ctx): Promise<void> {
  for (const level of await baseLevels(ctx)) {
    if (level.active && level.total > 0 && level.tone !== null) await tellAdmins(ctx, level.baseTypeId);
  }
}
