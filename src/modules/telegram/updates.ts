import { type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import { type Again, minutesAgo, secondsUntil } from './again.ts';

export const READ_JOB = 'telegram.read';
const keptDays = 3;
// Longer than the largest file takes: whoever is at an update says so before each, and is dead when he has not for so long.
const claimedSeconds = 180;
const albumMinutes = 60;

/** What every update has; the rest is read by the bot. */
export type RawUpdate = { update_id: number } & Record<string, unknown>;
/** `attempts`: how often it could not be read. */
export type WaitingUpdate = { updateId: string; chat: string; body: RawUpdate; attempts: number };

/**
 * Keeps what Telegram tells, once, with the job that reads it. Nothing else happens here: Telegram is answered at once and has no
 * reason to say it again. False: it was known.
 */
export const keepUpdate = (ctx: Ctx, update: RawUpdate): Promise<boolean> =>
  inSqlTransaction(ctx, async (tx) => {
    const chat = chatIn(update);
    const kept = await tx.sql.run(q`
      INSERT INTO telegram_updates (update_id, chat_id, body, received_at)
      VALUES (${String(update.update_id)}::bigint, ${chat}::bigint, ${asJson(update)}::jsonb, ${tx.now})
      ON CONFLICT (update_id) DO NOTHING`);
    if (kept === 0) return false;
    if (chat !== null) await tx.jobs.enqueue(tx, READ_JOB, { chat });
    return true;
  });

// PostgreSQL keeps no NUL and no half of a sign, and what it refuses Telegram would repeat for ever.
const asJson = (update: RawUpdate): string =>
  JSON.stringify(update, (_key, value) =>
    typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value,
  );

/** Telegram's number of the private chat that an update is of; null for groups, channels and what has none. */
function chatIn(update: RawUpdate): string | null {
  const { message, edited_message: edited, my_chat_member: member, callback_query: callback } = update as Update;
  const chat = (message ?? edited ?? member ?? callback?.message)?.chat;
  return chat?.type === 'private' && Number.isSafeInteger(chat.id) ? String(chat.id) : null;
}
type Update = Partial<Record<'message' | 'edited_message' | 'my_chat_member', InChat>> & {
  callback_query?: { message?: InChat };
};
type InChat = { chat?: { id: number; type: string } };

/**
 * Takes the oldest update of a chat that nobody has read, for one reader alone: others find nothing, and the rest of the chat waits for
 * it. Undefined when there is none, when somebody else is at it, or when it is not due yet.
 */
export const claimUpdate = (ctx: SqlCtx, chat: string): Promise<WaitingUpdate | undefined> =>
  ctx.sql.row<WaitingUpdate>(q`
    UPDATE telegram_updates SET due_at = ${claimedUntil(ctx)} WHERE update_id = (
      SELECT update_id FROM telegram_updates WHERE chat_id = ${chat}::bigint AND done_at IS NULL ORDER BY update_id LIMIT 1)
      AND done_at IS NULL AND (due_at IS NULL OR due_at <= ${ctx.now})
    RETURNING update_id::text AS "updateId", chat_id::text AS chat, body, attempts`);

/** Whoever has taken an update is still at it. */
export const holdUpdate = (ctx: SqlCtx, { updateId }: WaitingUpdate): Promise<number> =>
  ctx.sql.run(q`
    UPDATE telegram_updates SET due_at = ${claimedUntil(ctx)} WHERE update_id = ${updateId}::bigint AND done_at IS NULL`);

const claimedUntil = ({ now }: SqlCtx): Date => new Date(now.getTime() + claimedSeconds * 1000);

/** What has come from the same chat after an update that is being read, in order. */
export const updatesAfter = (ctx: SqlCtx, { updateId, chat }: WaitingUpdate, most: number): Promise<WaitingUpdate[]> =>
  ctx.sql.rows<WaitingUpdate>(q`
    SELECT update_id::text AS "updateId", chat_id::text AS chat, body, attempts FROM telegram_updates
    WHERE chat_id = ${chat}::bigint AND done_at IS NULL AND update_id > ${updateId}::bigint ORDER BY update_id LIMIT ${most}`);

/**
 * Whether what came before of the same album was read and became nothing: whoever sent it has been told, and this is refused with it. A
 * command under a picture becomes nothing either, and refuses nobody.
 */
export const isOfRefused = async (tx: SqlCtx, { updateId, chat }: WaitingUpdate, album: string): Promise<boolean> =>
  (await tx.sql.row(q`
    SELECT u.update_id FROM telegram_updates u
    WHERE u.chat_id = ${chat}::bigint AND u.update_id < ${updateId}::bigint AND u.received_at > ${minutesAgo(tx, albumMinutes)}
      AND u.done_at IS NOT NULL AND u.fault IS NULL AND u.body -> 'message' ->> 'media_group_id' = ${album}
      AND coalesce(u.body -> 'message' ->> 'caption', '') NOT LIKE '/%' AND NOT EXISTS (
        SELECT FROM telegram_messages t JOIN telegram_chats c ON c.id = t.chat_id
        WHERE c.chat_id = u.chat_id AND t.telegram_id = (u.body -> 'message' ->> 'message_id')::int) LIMIT 1`)) !==
  undefined;

export const putOffUpdate = (ctx: Ctx, { updateId, chat, attempts }: WaitingUpdate, again: Again): Promise<void> =>
  inSqlTransaction(ctx, async (tx) => {
    const seconds = secondsUntil(again, attempts);
    await tx.sql.run(q`
      UPDATE telegram_updates SET attempts = ${attempts + Number(again === 'failed')}, due_at = ${tx.now}::timestamptz + make_interval(secs => ${seconds}::int)
      WHERE update_id = ${updateId}::bigint AND done_at IS NULL`);
    await tx.jobs.enqueue(tx, READ_JOB, { chat }, { startAfter: seconds });
  });

/** Chats of which something is due for a while: the job that was to read it may have been lost with its worker. */
export const chatsUnread = (ctx: SqlCtx): Promise<{ chat: string }[]> =>
  ctx.sql.rows<{ chat: string }>(q`
    SELECT DISTINCT chat_id::text AS chat FROM telegram_updates
    WHERE done_at IS NULL AND chat_id IS NOT NULL AND coalesce(due_at, received_at) < ${minutesAgo(ctx, 1)}`);

/** Marks it as read in the transaction that has acted on it. False: somebody else has. */
export const finishUpdate = async (tx: SqlCtx, updateId: string, fault: string | null = null): Promise<boolean> =>
  (await tx.sql.run(q`
    UPDATE telegram_updates SET done_at = ${tx.now}, fault = ${fault} WHERE update_id = ${updateId}::bigint AND done_at IS NULL`)) ===
  1;

/** Forgets what was read some days ago: Telegram repeats nothing after one. */
export const forgetUpdates = (ctx: SqlCtx): Promise<number> =>
  ctx.sql.run(q`
    DELETE FROM telegram_updates WHERE received_at < ${new Date(ctx.now.getTime() - keptDays * 86_400_000)}
      AND (done_at IS NOT NULL OR chat_id IS NULL)`);
