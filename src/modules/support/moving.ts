import type { Ctx, SqlCtx } from '../../ctx.ts';
import { Refusal } from '../../errors.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { acting } from './acting.ts';
import { wantAssignment } from './assign-wanted.ts';
import { writeEvent } from './events.ts';
import { settleWork } from './hands.ts';
import { keepClock } from './keep-clock.ts';
import { tellOfThread } from './news.ts';
import type { Thread } from './threads.ts';

/** `seenStatus`: where its card stood. */
export type Move = { requestId: string; to: Thread['status']; seenStatus: Thread['status'] };

/** It stands elsewhere since: nothing changes, and the board shows where. */
class MovedMeanwhile extends Refusal {}

const kinds = { open: 'reopened', waiting: 'waits', closed: 'closed' } as const;

/**
 * Puts a thread into another status, as the board does. To where it stands already is no move. The same requestId acts once.
 * Throws MovedMeanwhile when its card showed another status, and a Refusal over words that nobody has read: a card shows but one.
 */
export async function moveThread(ctx: Ctx, id: number, move: Move): Promise<void> {
  await acting(ctx, id, move, async (tx, thread) => {
    if (thread.status === move.to) return;
    if (thread.status !== move.seenStatus) throw new MovedMeanwhile(`support:errors.movedMeanwhile.${thread.status}`);
    if (move.to !== 'open' && thread.unreadForStaff > 0) throw new Refusal('support:errors.readFirst');
    await place(tx, thread, move.to);
    await keepClock(tx, thread, { status: move.to });
    await writeEvent(tx, thread, { kind: kinds[move.to], requestId: move.requestId });
    const act = { action: `thread.${kinds[move.to]}`, subject: { type: 'thread', id: thread.id } };
    await record(tx, { ...act, userId: thread.personId });
    await tellOfThread(tx, thread, { person: true });
    if (move.to !== 'open') await settleWork(tx, [thread.id]);
    else if (thread.assigneeId === null) await wantAssignment(tx, thread);
  });
}

const place = (tx: SqlCtx, thread: Thread, to: Thread['status']): Promise<number> =>
  tx.sql.run(q`
    UPDATE threads SET status = ${to}::thread_status, waiting_since = ${to === 'open' ? tx.now : null},
      closed_at = ${to === 'closed' ? tx.now : null} WHERE id = ${thread.id}`);
