import { actorOf, type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { Forbidden } from '../../errors.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { settle } from '../notifications/index.ts';
import { keepClock } from './keep-clock.ts';
import { tellOfReading } from './news.ts';
import { isStaff, lockThread, type Thread } from './threads.ts';

type Seen = { by: 'staff' | 'person'; upTo: number };

/** The actor has seen a thread up to a message: what the other side wrote until then is read, for all staff at once. */
export async function markRead(ctx: Ctx, threadId: number, upTo: number, seenMerges?: number): Promise<void> {
  const by = isStaff(actorOf(ctx)) ? 'staff' : 'person';
  await inSqlTransaction(ctx, async (tx) => {
    const thread = await lockThread(tx, threadId);
    // What came with a merge is older than what its page shows at its end, and nobody has seen it.
    if (seenMerges === undefined || seenMerges === thread.merges) await markSeen(tx, thread, { by, upTo });
  });
}

/** The same inside an act that holds the thread. Counters are counted anew, so that they cannot drift. */
export async function markSeen(tx: SqlCtx, thread: Thread, { by, upTo }: Seen): Promise<void> {
  const seen = await tx.sql.run(q`
    UPDATE messages SET read_at = ${tx.now}
    WHERE thread_id = ${thread.id} AND from_staff = ${by === 'person'} AND id <= ${upTo} AND read_at IS NULL`);
  if (seen === 0) return;
  await recount(tx, thread);
  if (by === 'person') await settle(tx, ['support.answer'], thread.id);
  else if (thread.assigneeId === tx.actor?.id) await settle(tx, ['thread.assigned'], thread.id);
  await tellOfReading(tx, thread, { upTo, byStaff: by === 'staff' });
}

/** A page of the person has what staff wrote, though nobody looks at it. */
export async function markDelivered(ctx: Ctx, thread: Thread, upTo: number): Promise<void> {
  const had = await ctx.sql.run(q`
    UPDATE messages SET delivered_at = ${ctx.now}
    WHERE thread_id = ${thread.id} AND from_staff AND id <= ${upTo} AND read_at IS NULL AND delivered_at IS NULL`);
  if (had > 0) await tellOfReading(ctx, thread, { upTo: 0, byStaff: false });
}

/** Staff put a thread back into the queue: the person's last message counts as unread again. */
export async function markUnread(ctx: Ctx, threadId: number): Promise<void> {
  if (!isStaff(actorOf(ctx))) throw new Forbidden();
  await inSqlTransaction(ctx, async (tx) => {
    const thread = await lockThread(tx, threadId);
    const changed = await tx.sql.run(q`
      UPDATE messages SET read_at = NULL
      WHERE read_at IS NOT NULL AND id = (SELECT max(id) FROM messages WHERE thread_id = ${thread.id} AND NOT from_staff AND deleted_at IS NULL)`);
    if (changed === 0) return;
    await reopen(tx, thread);
    if (thread.status !== 'open') await keepClock(tx, thread, { status: 'open' });
    await recount(tx, thread);
    await tellOfReading(tx, thread, { upTo: 0, byStaff: true });
    await record(tx, {
      action: 'thread.unread',
      subject: { type: 'thread', id: thread.id },
      userId: thread.personId,
    });
  });
}

// Somebody is to see to it: so the person waits, since he wrote last.
const reopen = (tx: SqlCtx, thread: Thread): Promise<number> =>
  tx.sql.run(q`
    UPDATE threads SET status = 'open', closed_at = NULL, waiting_since = coalesce(waiting_since,
      (SELECT created_at FROM messages WHERE thread_id = ${thread.id} AND NOT from_staff AND deleted_at IS NULL ORDER BY id DESC LIMIT 1))
    WHERE id = ${thread.id}`);

/** What each side has not read, counted anew; what was deleted is not waited for. */
export const recount = (tx: SqlCtx, thread: Thread): Promise<number> =>
  tx.sql.run(q`
    UPDATE threads SET (unread_for_staff, unread_for_person) = (
      SELECT count(*) FILTER (WHERE NOT from_staff)::int, count(*) FILTER (WHERE from_staff)::int
      FROM messages WHERE thread_id = ${thread.id} AND read_at IS NULL AND deleted_at IS NULL)
    WHERE id = ${thread.id}`);
