import type { Ctx, SqlCtx } from '../../ctx.ts';
import { Refusal } from '../../errors.ts';
import { q } from '../../lib/sql.ts';
import { acting } from './acting.ts';
import { markSeen } from './reading.ts';
import { stand } from './standing.ts';
import { refuseMerged, type Thread } from './threads.ts';

/** The person has written since: a thread is not closed over words that nobody has read. */
class WrittenMeanwhile extends Refusal {}

type Closing = { requestId: string; lastSeenMessageId: number; seenMerges?: number | undefined };

/** Closes a thread up to what was seen of it; a closed one stays so. The same requestId acts once. Throws WrittenMeanwhile. */
export async function closeThread(ctx: Ctx, id: number, act: Closing): Promise<void> {
  await acting(ctx, id, act, async (tx, thread) => {
    if (thread.status === 'closed') return;
    refuseMerged(thread, act.seenMerges);
    await refuseUnseen(tx, thread, act.lastSeenMessageId);
    await markSeen(tx, thread, { by: 'staff', upTo: act.lastSeenMessageId });
    await stand(tx, thread, 'closed', act.requestId);
  });
}

/** Opens a closed thread again: it waits for staff from now on. The same requestId acts once. */
export async function reopenThread(ctx: Ctx, id: number, { requestId }: { requestId: string }): Promise<void> {
  await acting(ctx, id, { requestId }, async (tx, thread) => {
    if (thread.status !== 'closed') return;
    await stand(tx, thread, 'open', requestId);
  });
}

async function refuseUnseen(tx: SqlCtx, thread: Thread, lastSeen: number): Promise<void> {
  const unseen = await tx.sql.row(
    q`SELECT id FROM messages WHERE thread_id = ${thread.id} AND NOT from_staff AND id > ${lastSeen} LIMIT 1`,
  );
  if (unseen) throw new WrittenMeanwhile('support:errors.writtenMeanwhile');
}
