import { type Ctx, inSqlTransaction } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import { ringBells } from './news.ts';

const keptDays = 180;

/** What was put off until now is new again. */
export function endSnoozes(ctx: Ctx): Promise<void> {
  return inSqlTransaction(ctx, async (tx) => {
    const awake = await tx.sql.rows<{ userId: number }>(q`
      UPDATE notifications SET snoozed_until = NULL, at = snoozed_until
      WHERE id IN (SELECT id FROM notifications WHERE snoozed_until <= ${tx.now} ORDER BY id FOR UPDATE SKIP LOCKED)
      RETURNING user_id AS "userId"`);
    await ringBells(tx, [...new Set(awake.map(({ userId }) => userId))]);
  });
}

/** Forgets events of half a year ago, with what was told of them. */
export async function sweepOld(ctx: Ctx): Promise<void> {
  const before = new Date(ctx.now.getTime() - keptDays * 86_400_000);
  await ctx.sql.run(q`DELETE FROM notification_events WHERE created_at < ${before} AND expanded_at IS NOT NULL`);
}
