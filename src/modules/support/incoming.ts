import { actorOf, type SqlCtx } from '../../ctx.ts';
import { Forbidden } from '../../errors.ts';
import { q } from '../../lib/sql.ts';
import { carryEdit } from '../telegram/index.ts';
import { wantAssignment } from './assign-wanted.ts';
import { keepVersion } from './changing.ts';
import { keepClock } from './keep-clock.ts';
import { tellOfThread } from './news.ts';
import { type Posted, post, type Writing } from './post.ts';
import { getPurpose } from './purposes.ts';
import { markSeen } from './reading.ts';
import { isStaff, lockThreadOf, makeThreadOf, type Thread, type Whose } from './threads.ts';

export type Received = Posted & { /** A thread begins with it. */ begun: boolean };

/**
 * Takes what somebody wrote in another channel into a thread of his: the one that he answers there, else the newest that is not closed,
 * else a new one. What he was told until now he has seen. The actor of `tx` is the user, or nobody for a guest.
 */
export async function receive(
  tx: SqlCtx,
  whose: Whose,
  writing: Writing,
  { answered }: { answered?: number | undefined } = {},
): Promise<Received> {
  if (whose.personId !== null && !actorOf(tx).permissions.has('self:thread:write')) throw new Forbidden();
  const found = await lockThreadOf(tx, whose, answered);
  const thread = found ?? (await makeThreadOf(tx, whose, undefined));
  const message = await post(tx, thread, writing, { fromStaff: false });
  await markSeen(tx, thread, { by: 'person', upTo: message.id });
  return { ...message, begun: found === undefined };
}

/**
 * Somebody has changed there what he wrote: here it is changed too, and what it said before is kept for staff. An answer is changed only by
 * who gave it and may still give one.
 */
export async function receiveEdit(tx: SqlCtx, messageId: number, text: string): Promise<void> {
  const thread = await lockThreadOfOwn(tx, messageId);
  const before = await tx.sql.row<{ text: string }>(
    q`SELECT text FROM messages WHERE id = ${messageId} AND deleted_at IS NULL AND text <> ${text}`,
  );
  if (!thread || !before) return;
  await keepVersion(tx, thread, { kind: 'message', id: messageId }, before);
  await tx.sql.run(q`UPDATE messages SET text = ${text}, edited_at = ${tx.now} WHERE id = ${messageId}`);
  await carryEdit(tx, messageId);
  await tellOfThread(tx, thread, { person: true });
}

/** The thread in which a message is that the writer may change, locked. Merged meanwhile: it is looked for where it is now. */
async function lockThreadOfOwn(tx: SqlCtx, messageId: number): Promise<Pick<Thread, 'id' | 'personId'> | undefined> {
  const { actor } = tx;
  const answers = actor !== null && isStaff(actor) ? q`m.author_id = ${actor.id}` : q`false`;
  const own = await tx.sql.row<{ threadId: number }>(q`
    SELECT m.thread_id AS "threadId" FROM messages m WHERE m.id = ${messageId} AND (NOT m.from_staff OR ${answers})`);
  if (!own) return undefined;
  const locked = await tx.sql.row<Pick<Thread, 'id' | 'personId'>>(
    q`SELECT id, person_id AS "personId" FROM threads WHERE id = ${own.threadId} FOR UPDATE`,
  );
  return locked ?? lockThreadOfOwn(tx, messageId);
}

/** The person says what his new thread is about. Once staff have it in hand that is theirs to say, and nothing changes. */
export async function choosePurpose(tx: SqlCtx, whose: Whose, threadId: number, purposeId: number): Promise<boolean> {
  const thread = await lockThreadOf(tx, whose, threadId);
  if (!thread || thread.id !== threadId || thread.assigneeId !== null) return false;
  const purpose = await getPurpose(tx, purposeId);
  await tx.sql.run(q`
    UPDATE threads SET purpose_id = ${purpose.id}, department_id = ${purpose.departmentId} WHERE id = ${thread.id}`);
  await keepClock(tx, thread, { status: thread.status, departmentId: purpose.departmentId });
  await tellOfThread(tx, thread, { person: true });
  await wantAssignment(tx, purpose);
  return true;
}
