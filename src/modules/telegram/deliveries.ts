import type { SqlCtx } from '../../ctx.ts';
import { NotFound, Refusal } from '../../errors.ts';
import { q, type Sql } from '../../lib/sql.ts';

export const DELIVER_JOB = 'telegram.deliver';
export const EDIT_JOB = 'telegram.edit';

/** Why an answer is not there: a word of `telegram:reason`. */
export type FailReason = 'unchanged' | 'blocked' | 'unknown' | 'unreachable' | 'refused' | 'tooBig';
export type Delivery = { state: 'sending' | 'sent' | 'failed'; reason: FailReason | null; detail: string | null };
/** Whose a thread is; exactly one of the two is set. */
type Whose = { id: number; personId: number | null; guestId: number | null };

/** How a message `m` stands in Telegram, for a query that shows messages; null where it does not go there. */
export const deliveryOf = (
  messageId: Sql,
): Sql => q`(SELECT json_build_object('state', d.state, 'reason', d.reason, 'detail', d.detail)
  FROM message_deliveries d WHERE d.message_id = ${messageId} AND d.channel = 'telegram')`;

/**
 * Puts an answer on its way to where the person reads us: a guest's chat, a chat that the user has linked, or one that staff have linked
 * to him, if the thread came from there. Nothing happens when there is none.
 */
export async function carry(tx: SqlCtx, thread: Whose, messageId: number): Promise<void> {
  if (!tx.telegram.on) return;
  const chat = await tx.sql.row<{ id: number; blocked: boolean }>(q`
    SELECT c.id, c.blocked_at IS NOT NULL AS blocked FROM telegram_chats c WHERE ${isChatOf(thread)}`);
  // A user whose bot is shut out reads in the cabinet; a guest has no other place.
  if (!chat || (chat.blocked && thread.personId !== null)) return;
  await tx.sql.run(q`
    INSERT INTO message_deliveries (message_id, chat_id, state, reason, created_at, changed_at, due_at)
    VALUES (${messageId}, ${chat.id}, ${chat.blocked ? 'failed' : 'sending'}::delivery_state, ${chat.blocked ? 'blocked' : null},
      ${tx.now}, ${tx.now}, ${tx.now})`);
  if (!chat.blocked) await tx.jobs.enqueue(tx, DELIVER_JOB, { chatId: chat.id });
}

const isChatOf = ({ id, personId, guestId }: Whose): Sql =>
  personId === null
    ? q`c.id = ${guestId}`
    : q`c.user_id = ${personId} AND (c.proven_at IS NOT NULL OR EXISTS (
        SELECT FROM telegram_messages t JOIN messages m ON m.id = t.message_id WHERE t.chat_id = c.id AND m.thread_id = ${id}))`;

/**
 * A message was said otherwise or taken back: what stands of it in Telegram is changed there too, and what is just on its way is when it
 * has arrived. Whoever is to send it waits for these words, since the row is held until they are there. While the bot is switched off it is
 * only noted.
 */
export async function carryEdit(tx: SqlCtx, messageId: number): Promise<void> {
  const edited = await tx.sql.row<{ sending: boolean }>(q`
    UPDATE message_deliveries SET edits = edits + 1, attempts = CASE WHEN state = 'sending' THEN attempts ELSE 0 END
    WHERE message_id = ${messageId} AND channel = 'telegram' RETURNING state = 'sending' AS sending`);
  if (edited && !edited.sending && tx.telegram.on) await tx.jobs.enqueue(tx, EDIT_JOB, { messageId });
}

/** Staff send again what did not arrive; it goes on after the parts that are there, which are changed again if they were. Only what failed is: one press, one try. Throws a Refusal while the bot is switched off. */
export async function retryDelivery(tx: SqlCtx, messageId: number): Promise<void> {
  if (!tx.telegram.on) throw new Refusal('telegram:errors.off');
  const again = await tx.sql.row<{ chatId: number }>(q`
    UPDATE message_deliveries SET state = 'sending', reason = NULL, detail = NULL, attempts = 0, due_at = ${tx.now}, changed_at = ${tx.now},
      edits_carried = least(edits_carried, greatest(edits - 1, 0))
    WHERE message_id = ${messageId} AND channel = 'telegram' AND state = 'failed' RETURNING chat_id AS "chatId"`);
  if (again) return tx.jobs.enqueue(tx, DELIVER_JOB, { chatId: again.chatId });
  const known = await tx.sql.row(q`SELECT message_id FROM message_deliveries WHERE message_id = ${messageId}`);
  if (!known) throw new NotFound();
}

/** Whether something is on its way to a chat that was said up to this message. */
export const isSendingTo = async (ctx: SqlCtx, chatId: number, messageId: number): Promise<boolean> =>
  (await ctx.sql.row(q`
    SELECT message_id FROM message_deliveries WHERE chat_id = ${chatId} AND state = 'sending' AND message_id <= ${messageId} LIMIT 1`)) !==
  undefined;

/** An answer goes to Telegram, or is there. */
export const isCarried = async (tx: SqlCtx, messageId: number): Promise<boolean> =>
  (await tx.sql.row(q`
    SELECT message_id FROM message_deliveries WHERE message_id = ${messageId} AND channel = 'telegram' AND state <> 'failed'`)) !==
  undefined;
