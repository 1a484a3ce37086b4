import { actorOf, type SqlCtx } from '../../ctx.ts';
import { Refusal } from '../../errors.ts';
import { keepFile, type Upload } from '../../files/files.ts';
import { q } from '../../lib/sql.ts';
import { carry } from '../telegram/index.ts';
import { wantAssignment } from './assign-wanted.ts';
import { showInDialogues } from './dialogues.ts';
import { sayForHouse } from './house-words.ts';
import { keepClock } from './keep-clock.ts';
import { tellOfMessage } from './news.ts';
import { maxFiles } from './schemas.ts';
import type { Thread } from './threads.ts';
import { stopTyping } from './viewing.ts';

export type Writing = { requestId: string; text: string; uploads: Upload[] };
export type Posted = { id: number; threadId: number };

/** The message that this form has already become, whichever thread it went to. */
export const findPosted = (tx: SqlCtx, requestId: string): Promise<Posted | undefined> =>
  tx.sql.row<Posted>(
    q`SELECT id, thread_id AS "threadId" FROM messages WHERE author_id = ${actorOf(tx).id} AND request_id = ${requestId}::uuid`,
    'support.posted',
  );

/**
 * Puts a message with its files into a locked thread, counts it as unread for the other side, and tells everybody who
 * watches; an answer also goes to where the person reads us. Without an actor a guest writes. Throws a Refusal for a message with neither text nor file.
 */
export async function post(tx: SqlCtx, thread: Thread, writing: Writing, { fromStaff }: { fromStaff: boolean }) {
  const { requestId, text, uploads } = writing;
  if (text === '' && uploads.length === 0) throw new Refusal('support:errors.empty', undefined, 'text');
  if (uploads.length > maxFiles) throw new Refusal('validation:tooManyFiles', { count: maxFiles }, 'files');
  const message = await tx.sql.row<Posted>(q`
    INSERT INTO messages (thread_id, author_id, from_staff, text, request_id, created_at)
    VALUES (${thread.id}, ${tx.actor?.id ?? null}, ${fromStaff}, ${text}, ${requestId}::uuid, ${tx.now})
    RETURNING id, thread_id AS "threadId"`);
  if (!message) throw new Error('The message was not written');
  for (const upload of uploads) await attach(tx, message, upload);
  await count(tx, thread, fromStaff);
  if (!fromStaff && (thread.status !== 'open' || thread.lastMessageAt === null))
    await keepClock(tx, thread, { status: 'open' });
  if (fromStaff) await carry(tx, thread, message.id);
  await stopTyping(tx, thread);
  await showInDialogues(tx, thread, { ...message, text });
  await tellOfMessage(tx, thread, { messageId: message.id, fromStaff });
  if (!fromStaff) await sayForHouse(tx, thread);
  if (!fromStaff && thread.assigneeId === null) await wantAssignment(tx, thread);
  return message;
}

async function attach(tx: SqlCtx, message: Posted, upload: Upload): Promise<void> {
  const file = await keepFile(tx, upload);
  await tx.sql.run(q`INSERT INTO attachments (message_id, file_id) VALUES (${message.id}, ${file.id})`);
}

// A message of the person opens the thread, whatever it was; what an answer makes of it is told in answer.ts.
const count = (tx: SqlCtx, thread: Thread, fromStaff: boolean): Promise<number> =>
  fromStaff
    ? tx.sql.run(q`
        UPDATE threads SET last_message_at = ${tx.now}, unread_for_person = unread_for_person + 1 WHERE id = ${thread.id}`)
    : tx.sql.run(q`
        UPDATE threads SET last_message_at = ${tx.now}, unread_for_staff = unread_for_staff + 1, status = 'open',
          waiting_since = coalesce(waiting_since, ${tx.now}), closed_at = NULL WHERE id = ${thread.id}`);
