import { actorOf, type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { Forbidden, Refusal } from '../../errors.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { keepDraft } from './drafts.ts';
import { settleWork } from './hands.ts';
import { enqueueLetter } from './jobs.ts';
import { keepClock } from './keep-clock.ts';
import { findPosted, type Posted, post, type Writing } from './post.ts';
import { markSeen } from './reading.ts';
import { isStaff, lockThread, refuseMerged, type Thread } from './threads.ts';

/** `lastSeenMessageId`: the newest message that stood on the page when the answer was written. */
export type Answer = Writing & { lastSeenMessageId: number; seenMerges?: number | undefined };

/** A colleague has answered since: nothing is sent, and the page shows his answer beside what was typed. */
export class AnsweredMeanwhile extends Refusal {}

/**
 * Staff answer a person. What was seen counts as read; what came later does not. The same requestId gives the same
 * message. Throws AnsweredMeanwhile when a colleague's answer is newer than what the author saw.
 */
export const answer = (ctx: Ctx, threadId: number, reply: Answer): Promise<Posted> =>
  inSqlTransaction(ctx, (tx) => answerIn(tx, threadId, reply));

/** The same within an act that is more than the answer. */
export async function answerIn(tx: SqlCtx, threadId: number, reply: Answer): Promise<Posted> {
  if (!isStaff(actorOf(tx))) throw new Forbidden();
  const thread = await lockThread(tx, threadId);
  const before = await findPosted(tx, reply.requestId);
  if (before) return before;
  refuseMerged(thread, reply.seenMerges);
  await refuseUnseen(tx, thread, reply.lastSeenMessageId);
  const message = await post(tx, thread, reply, { fromStaff: true });
  await markSeen(tx, thread, { by: 'staff', upTo: reply.lastSeenMessageId });
  const { status, waitingSince } = await settle(tx, thread);
  await keepClock(tx, thread, { status, answered: true, waitingSince });
  await settleWork(tx, [thread.id]);
  await keepDraft(tx, thread, '');
  if (thread.unreadForPerson === 0) await enqueueLetter(tx, message);
  await record(tx, {
    action: 'thread.answered',
    subject: { type: 'thread', id: thread.id },
    userId: thread.personId,
    details: { messageId: message.id, files: reply.uploads.length },
  });
  return message;
}

// We wait for the person now, unless he wrote something meanwhile that the author has not seen. Who answers what is nobody's takes it.
async function settle(tx: SqlCtx, thread: Thread): Promise<Pick<Thread, 'status' | 'waitingSince'>> {
  const settled = await tx.sql.row<Pick<Thread, 'status' | 'waitingSince'>>(q`
    UPDATE threads t SET status = CASE WHEN unread_for_staff > 0 THEN 'open' ELSE 'waiting' END::thread_status,
      waiting_since = CASE WHEN unread_for_staff > 0 THEN (SELECT min(m.created_at) FROM messages m
        WHERE m.thread_id = t.id AND NOT m.from_staff AND m.read_at IS NULL AND m.deleted_at IS NULL) END,
      closed_at = NULL, assignee_id = coalesce(assignee_id, ${actorOf(tx).id}) WHERE t.id = ${thread.id}
    RETURNING status::text, waiting_since AS "waitingSince"`);
  return settled ?? thread;
}

async function refuseUnseen(tx: SqlCtx, thread: Thread, lastSeen: number): Promise<void> {
  const colleague = await tx.sql.row<{ name: string }>(q`
    SELECT u.name FROM messages m JOIN users u ON u.id = m.author_id
    WHERE m.thread_id = ${thread.id} AND m.id > ${lastSeen} AND m.from_staff AND m.author_id <> ${actorOf(tx).id}
    ORDER BY m.id DESC LIMIT 1`);
  if (colleague) throw new AnsweredMeanwhile('support:errors.answeredMeanwhile', colleague);
}
