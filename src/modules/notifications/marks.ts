import { actorOf, type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { NotFound } from '../../errors.ts';
import { q, type Sql } from '../../lib/sql.ts';
import { ringBells } from './news.ts';
import { type Filter, matching } from './queries.ts';

/** The actor has seen it. What is done stays done. Gives where it leads from. */
export const markSeen = (ctx: Ctx, id: number): Promise<void> =>
  change(
    ctx,
    id,
    q`state = CASE WHEN state = 'new' THEN 'seen' ELSE state END, seen_at = coalesce(seen_at, ${ctx.now}),
    snoozed_until = NULL`,
  );

/** It needs nothing any more. */
export const markDone = (ctx: Ctx, id: number): Promise<void> =>
  change(
    ctx,
    id,
    q`state = 'done', seen_at = coalesce(seen_at, ${ctx.now}), done_at = coalesce(done_at, ${ctx.now}),
    snoozed_until = NULL`,
  );

/** Puts it out of sight until then; it comes back as new. */
export const snooze = (ctx: Ctx, id: number, until: Date): Promise<void> =>
  change(ctx, id, q`state = 'new', seen_at = coalesce(seen_at, ${ctx.now}), done_at = NULL, snoozed_until = ${until}`);

/** The actor has seen everything new that the filter finds; returns how many. */
export function markAllSeen(ctx: Ctx, filter: Filter): Promise<number> {
  return inSqlTransaction(ctx, async (tx) => {
    const marked = await tx.sql.run(q`
      UPDATE notifications SET state = 'seen', seen_at = coalesce(seen_at, ${tx.now})
      WHERE id IN (SELECT n.id FROM notifications n WHERE ${matching(tx, { ...filter, show: 'new' })} ORDER BY n.id FOR UPDATE)`);
    if (marked > 0) await ringBells(tx, [actorOf(tx).id]);
    return marked;
  });
}

function change(ctx: Ctx, id: number, values: Sql): Promise<void> {
  return inSqlTransaction(ctx, async (tx: SqlCtx) => {
    const changed = await tx.sql.run(q`
      UPDATE notifications n SET ${values} WHERE n.id = ${id} AND ${matching(tx, { show: 'all' })}`);
    if (changed === 0) throw new NotFound();
    await ringBells(tx, [actorOf(tx).id]);
  });
}
