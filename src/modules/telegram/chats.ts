import type { Locale, SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';

/** A private chat with the bot: a user's, or a guest's when it is nobody's. */
export type Chat = {
  id: number;
  /** Telegram's own number, as text: it is larger than our numbers. */
  chatId: string;
  userId: number | null;
  /** The person himself has proved by a code that the account is his. */
  proven: boolean;
  name: string;
  phone: string | null;
  locale: Locale;
  step: 'name' | 'phone' | 'talking';
  dialogueId: number | null;
  dialogueSeen: number;
  blocked: boolean;
};

/** Who writes, as Telegram says. */
export type Stranger = { chatId: string; name: string; username: string | null; locale: Locale };

const columns = q`c.id, c.chat_id::text AS "chatId", c.user_id AS "userId", c.proven_at IS NOT NULL AS proven, c.name, c.phone,
  coalesce(u.locale, c.locale) AS locale, c.step::text, c.dialogue_id AS "dialogueId", c.dialogue_seen AS "dialogueSeen",
  c.blocked_at IS NOT NULL AS blocked`;
const chats = q`telegram_chats c LEFT JOIN users u ON u.id = c.user_id`;

/** The chat of this number, made when it is new. `isNew`: nobody has written from there before. */
export async function openChat(tx: SqlCtx, who: Stranger): Promise<Chat & { isNew: boolean }> {
  const made = await tx.sql.run(q`
    INSERT INTO telegram_chats (chat_id, name, username, locale, created_at)
    VALUES (${who.chatId}::bigint, ${who.name}, ${who.username}, ${who.locale}, ${tx.now}) ON CONFLICT (chat_id) DO NOTHING`);
  const chat = await tx.sql.row<Chat>(q`SELECT ${columns} FROM ${chats} WHERE c.chat_id = ${who.chatId}::bigint`);
  if (!chat) throw new Error(`There is no chat ${who.chatId}`);
  return { ...chat, isNew: made === 1 };
}

export const findChat = (ctx: SqlCtx, id: number): Promise<Chat | undefined> =>
  ctx.sql.row<Chat>(q`SELECT ${columns} FROM ${chats} WHERE c.id = ${id}`, 'telegram.chat');

/** The chat that a user has linked himself. */
export const chatOfUser = (ctx: SqlCtx, userId: number): Promise<Chat | undefined> =>
  ctx.sql.row<Chat>(q`SELECT ${columns} FROM ${chats} WHERE c.user_id = ${userId} AND c.proven_at IS NOT NULL`);

/** Whether a user has a Telegram here, and whether it lets us in; undefined where he has none. */
export const wayTo = async (ctx: SqlCtx, userId: number): Promise<'linked' | 'blocked' | undefined> => {
  if (!ctx.telegram.on) return undefined;
  const row = await ctx.sql.row<{ blocked: boolean }>(
    q`SELECT blocked_at IS NOT NULL AS blocked FROM telegram_chats WHERE user_id = ${userId}`,
    'telegram.way_to',
  );
  return row && (row.blocked ? 'blocked' : 'linked');
};

/** Of these users, those whom the bot can reach. */
export async function reachable(ctx: Pick<SqlCtx, 'sql'>, userIds: number[]): Promise<Set<number>> {
  const rows = await ctx.sql.rows<{ userId: number }>(q`
    SELECT user_id AS "userId" FROM telegram_chats
    WHERE user_id = ANY(${userIds}::int[]) AND proven_at IS NOT NULL AND blocked_at IS NULL`);
  return new Set(rows.map(({ userId }) => userId));
}

/** The next question to a guest, and what he has answered. */
export const setStep = (tx: SqlCtx, { id }: Chat, step: Chat['step'], said: { name?: string; phone?: string } = {}) =>
  tx.sql.run(q`
    UPDATE telegram_chats SET step = ${step}::telegram_step, name = coalesce(${said.name ?? null}, name),
      phone = coalesce(${said.phone ?? null}, phone) WHERE id = ${id}`);

/** The person has shut the bot out, or let it in again. */
export const setBlocked = (tx: SqlCtx, id: number, blocked: boolean): Promise<number> =>
  tx.sql.run(q`
    UPDATE telegram_chats SET blocked_at = ${blocked ? tx.now : null}
    WHERE id = ${id} AND (blocked_at IS NOT NULL) <> ${blocked}`);

/** Of staff: into which thread what they write goes, and what of it they have been shown; null: none. */
export const setDialogue = (tx: SqlCtx, id: number, threadId: number | null, seen = 0): Promise<number> =>
  tx.sql.run(q`UPDATE telegram_chats SET dialogue_id = ${threadId}, dialogue_seen = ${seen} WHERE id = ${id}`);

/** The chats of staff who have this thread before them, and in hand: not of who was banned, is of the staff no more, or gave it away. */
export const chatsInDialogue = (tx: SqlCtx, threadId: number): Promise<Chat[]> =>
  tx.sql.rows<Chat>(q`
    SELECT ${columns} FROM ${chats} JOIN threads t ON t.id = c.dialogue_id
    WHERE c.dialogue_id = ${threadId} AND c.blocked_at IS NULL AND c.proven_at IS NOT NULL
      AND u.status = 'approved' AND u.role IN ('support', 'admin') AND t.assignee_id = c.user_id`);
