import { type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { q, type Sql } from '../../lib/sql.ts';
import { type Again, minutesAgo, secondsUntil, staleMinutes } from './again.ts';
import { DELIVER_JOB, EDIT_JOB, type FailReason } from './deliveries.ts';
import { lockChat } from './guests.ts';

/** `attempts`: how often it could not be sent since something arrived. */
export type Claimed = { messageId: number; chatId: number; partsSent: number; attempts: number };

/**
 * Takes the oldest answer that waits for a chat, for one worker alone: the rest of the chat waits, so that answers arrive in their
 * order, and no two send the same. Undefined when nothing is due, or somebody else is at it, be it to change what is there already.
 */
export const claimDelivery = (ctx: Ctx, chatId: number): Promise<Claimed | undefined> =>
  inSqlTransaction(ctx, async (tx) => {
    await lockChat(tx, chatId);
    return tx.sql.row<Claimed>(q`
      UPDATE message_deliveries d SET attempting_since = ${tx.now}, revising_since = NULL,
        edits_carried = CASE WHEN parts_sent = 0 THEN edits ELSE edits_carried END
      WHERE d.channel = 'telegram' AND d.due_at <= ${tx.now} AND d.attempting_since IS NULL
        AND (d.revising_since IS NULL OR d.revising_since < ${minutesAgo(tx, staleMinutes)}) AND d.message_id = (
        SELECT min(x.message_id) FROM message_deliveries x WHERE x.chat_id = ${chatId} AND x.state = 'sending')
        AND NOT EXISTS (SELECT FROM message_deliveries x WHERE x.chat_id = ${chatId} AND x.state = 'sending' AND x.attempting_since IS NOT NULL)
      RETURNING d.message_id AS "messageId", d.chat_id AS "chatId", d.parts_sent AS "partsSent", d.attempts`);
  });

type Arrived = {
  telegramId: number;
  withFile: boolean;
  /** With it the answer is there. */
  last: boolean;
  /** What the answer is headed; as it was when the first part went, whatever becomes of it later. */
  title: string;
};

/** A part has arrived, as this message of Telegram. */
export async function partArrived(
  tx: SqlCtx,
  claimed: Claimed,
  { telegramId, withFile, last, title }: Arrived,
): Promise<void> {
  const { messageId, chatId, partsSent } = claimed;
  await tx.sql.run(q`
    INSERT INTO telegram_messages (chat_id, telegram_id, message_id, part, with_file)
    VALUES (${chatId}, ${telegramId}, ${messageId}, ${partsSent}, ${withFile}) ON CONFLICT (chat_id, telegram_id) DO NOTHING`);
  await tx.sql.run(q`
    UPDATE message_deliveries SET parts_sent = ${partsSent + 1}, attempts = 0, attempting_since = NULL, changed_at = ${tx.now},
      title = coalesce(title, ${title}) WHERE message_id = ${messageId} AND channel = 'telegram'`);
  if (last) await endSending(tx, messageId);
}

/** All that is to be in Telegram is there; what was said otherwise meanwhile is changed now. */
export const endSending = (tx: SqlCtx, messageId: number): Promise<void> =>
  end(tx, messageId, q`UPDATE message_deliveries SET state = 'sent', attempting_since = NULL, changed_at = ${tx.now}`);

async function end(tx: SqlCtx, messageId: number, update: Sql): Promise<void> {
  const ended = await tx.sql.row<{ edited: boolean }>(
    q`${update} WHERE message_id = ${messageId} AND channel = 'telegram' RETURNING edits > edits_carried AS edited`,
  );
  if (ended?.edited) await tx.jobs.enqueue(tx, EDIT_JOB, { messageId });
}

/** It is not to be sent, or changed there, before that. */
export async function putOff(tx: SqlCtx, { messageId, chatId, attempts }: Claimed, again: Again): Promise<void> {
  const seconds = secondsUntil(again, attempts);
  const row = await tx.sql.row<{ sending: boolean }>(q`
    UPDATE message_deliveries SET attempting_since = NULL, revising_since = NULL, attempts = ${attempts + Number(again === 'failed')},
      due_at = ${tx.now}::timestamptz + make_interval(secs => ${seconds}::int)
    WHERE message_id = ${messageId} AND channel = 'telegram' RETURNING state = 'sending' AS sending`);
  const job = row?.sending ? DELIVER_JOB : EDIT_JOB;
  await tx.jobs.enqueue(tx, job, { chatId, messageId }, { startAfter: seconds });
}

/** It will not arrive unless somebody sends it again. */
export const giveUp = (tx: SqlCtx, messageId: number, reason: FailReason, detail: string): Promise<void> =>
  end(
    tx,
    messageId,
    q`UPDATE message_deliveries SET state = 'failed', reason = ${reason}, detail = ${detail.slice(0, 300)}, attempting_since = NULL,
      changed_at = ${tx.now}`,
  );

/** Whatever else waits for a chat that takes nothing any more. Returns the messages. */
export async function giveUpAll(tx: SqlCtx, chatId: number, reason: FailReason, detail: string): Promise<number[]> {
  const rows = await tx.sql.rows<{ id: number }>(q`
    UPDATE message_deliveries SET state = 'failed', reason = ${reason}, detail = ${detail.slice(0, 300)}, attempting_since = NULL,
      changed_at = ${tx.now} WHERE chat_id = ${chatId} AND state = 'sending' RETURNING message_id AS id`);
  return rows.map(({ id }) => id);
}

/** What was on its way when its worker died: whether it arrived nobody knows. Returns the messages. */
export async function giveUpStale(ctx: SqlCtx): Promise<number[]> {
  const rows = await ctx.sql.rows<{ id: number }>(q`
    UPDATE message_deliveries SET state = 'failed', reason = 'unknown', detail = 'worker', attempting_since = NULL, changed_at = ${ctx.now}
    WHERE state = 'sending' AND attempting_since < ${minutesAgo(ctx, staleMinutes)} RETURNING message_id AS id`);
  return rows.map(({ id }) => id);
}

/** Chats for which something is due: their job may have been lost with its worker. */
export const chatsDue = (ctx: SqlCtx): Promise<{ chatId: number }[]> =>
  ctx.sql.rows<{ chatId: number }>(q`
    SELECT DISTINCT chat_id AS "chatId" FROM message_deliveries
    WHERE state = 'sending' AND attempting_since IS NULL AND due_at < ${minutesAgo(ctx, 1)}`);

/** Which of our messages a message of a chat is. */
export async function messageIn(tx: SqlCtx, chatId: number, telegramId: number): Promise<number | undefined> {
  const row = await tx.sql.row<{ id: number }>(
    q`SELECT message_id AS id FROM telegram_messages WHERE chat_id = ${chatId} AND telegram_id = ${telegramId}`,
  );
  return row?.id;
}

/** The first of the messages of a chat that are one of ours: of an album that one which has its words. */
export async function firstPart(tx: SqlCtx, chatId: number, messageId: number): Promise<number | null> {
  const row = await tx.sql.row<{ id: number | null }>(
    q`SELECT min(telegram_id) AS id FROM telegram_messages WHERE chat_id = ${chatId} AND message_id = ${messageId}`,
  );
  return row?.id ?? null;
}

/** What came from a chat, an album perhaps, has become a message of ours. */
export const noteIncoming = (tx: SqlCtx, chatId: number, telegramIds: number[], messageId: number): Promise<number> =>
  tx.sql.run(q`
    INSERT INTO telegram_messages (chat_id, telegram_id, message_id)
    SELECT ${chatId}::int, telegram_id, ${messageId}::int FROM unnest(${telegramIds}::int[]) AS telegram_id
    ON CONFLICT DO NOTHING`);
