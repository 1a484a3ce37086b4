import type { Ctx } from '../../ctx.ts';
import { Refusal } from '../../errors.ts';
import { acting } from './acting.ts';
import { stand } from './standing.ts';
import type { Thread } from './threads.ts';

/** `seenStatus`: where its card stood. */
export type Move = { requestId: string; to: Thread['status']; seenStatus: Thread['status'] };

/** It stands elsewhere since: nothing changes, and the board shows where. */
class MovedMeanwhile extends Refusal {}

/**
 * Puts a thread into another status, as the board does. To where it stands already is no move. The same requestId acts once.
 * Throws MovedMeanwhile when its card showed another status, and a Refusal over words that nobody has read: a card shows but one.
 */
export async function moveThread(ctx: Ctx, id: number, move: Move): Promise<void> {
  await acting(ctx, id, move, async (tx, thread) => {
    if (thread.status === move.to) return;
    if (thread.status !== move.seenStatus) throw new MovedMeanwhile(`support:errors.movedMeanwhile.${thread.status}`);
    if (move.to !== 'open' && thread.unreadForStaff > 0) throw new Refusal('support:errors.readFirst');
    await stand(tx, thread, move.to, move.requestId);
  });
}
