import { createHash, randomInt } from 'node:crypto';
import { actorOf, type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { type Chat, chatOfUser } from './chats.ts';

export const codeMinutes = 10;
const mostWrong = 5;
// Without letters and digits that are taken for each other.
const alphabet = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';

/** A new code for the actor, good once and for ten minutes; an older one stops working. Only its hash is kept. */
export async function makeCode(ctx: Ctx): Promise<string> {
  const code = Array.from({ length: 10 }, () => alphabet[randomInt(alphabet.length)]).join('');
  await inSqlTransaction(ctx, async (tx) => {
    const { id } = actorOf(tx);
    await tx.sql.run(q`
      INSERT INTO telegram_codes (user_id, code_hash, expires_at, created_at)
      VALUES (${id}, ${hashOf(code)}, ${new Date(tx.now.getTime() + codeMinutes * 60_000)}, ${tx.now})
      ON CONFLICT (user_id) DO UPDATE SET code_hash = excluded.code_hash, expires_at = excluded.expires_at, created_at = excluded.created_at`);
    await record(tx, { action: 'telegram.code_made', userId: id });
  });
  return code;
}

/** Deletes codes that nobody may use any more. */
export const forgetCodes = (ctx: Ctx): Promise<number> =>
  ctx.sql.run(q`DELETE FROM telegram_codes WHERE expires_at < ${ctx.now}`);

export type Redeemed = { userId: number; name: string } | 'wrong' | 'locked';

/**
 * Uses a code up: of two who send it at once one is told that it is wrong. Five wrong ones from a chat, and for ten minutes none is
 * looked at, a right one neither.
 */
export async function redeemCode(tx: SqlCtx, chat: Chat, typed: string): Promise<Redeemed> {
  const within = q`wrong_since > ${new Date(tx.now.getTime() - codeMinutes * 60_000)}::timestamptz`;
  const locked = await tx.sql.row(
    q`SELECT id FROM telegram_chats WHERE id = ${chat.id} AND wrong_codes >= ${mostWrong} AND ${within}`,
  );
  if (locked) return 'locked';
  const used = await tx.sql.row<{ userId: number; name: string }>(q`
    DELETE FROM telegram_codes c USING users u
    WHERE c.code_hash = ${hashOf(typed)} AND c.expires_at > ${tx.now} AND u.id = c.user_id AND u.status <> 'banned'
    RETURNING u.id AS "userId", u.name`);
  if (used) return used;
  await tx.sql.run(q`
    UPDATE telegram_chats SET wrong_codes = CASE WHEN ${within} THEN wrong_codes + 1 ELSE 1 END,
      wrong_since = CASE WHEN ${within} THEN wrong_since ELSE ${tx.now} END WHERE id = ${chat.id}`);
  await record(tx, { action: 'telegram.code_refused', details: { chat: chat.name } });
  return 'wrong';
}

/** The chat is the user's, who has proved it; another that he had is nobody's any more. */
export async function linkChat(
  tx: SqlCtx,
  chat: Chat,
  { userId, name }: { userId: number; name: string },
): Promise<void> {
  await tx.sql.run(q`
    UPDATE telegram_chats SET user_id = NULL, proven_at = NULL, linked_at = NULL, dialogue_id = NULL
    WHERE user_id = ${userId} AND id <> ${chat.id}`);
  await tx.sql.run(q`
    UPDATE telegram_chats SET user_id = ${userId}, linked_at = ${tx.now}, proven_at = ${tx.now}, step = 'talking',
      dialogue_id = NULL WHERE id = ${chat.id}`);
  await record(tx, { action: 'telegram.linked', userId, actor: { id: userId, name }, details: { chat: chat.name } });
}

/** What the person says in the bot: the chat is nobody's from now on. His threads stay his. */
export async function unlinkChat(tx: SqlCtx, chat: Chat): Promise<void> {
  await tx.sql.run(q`
    UPDATE telegram_chats SET user_id = NULL, proven_at = NULL, linked_at = NULL, dialogue_id = NULL WHERE id = ${chat.id}`);
  await record(tx, { action: 'telegram.unlinked', userId: chat.userId, details: { chat: chat.name } });
}

/** The same from the profile. Without a link nothing happens. */
export const unlinkOwn = (ctx: Ctx): Promise<void> =>
  inSqlTransaction(ctx, async (tx) => {
    const chat = await chatOfUser(tx, actorOf(tx).id);
    if (chat) await unlinkChat(tx, chat);
  });

const hashOf = (code: string): string =>
  createHash('sha256').update(code.toUpperCase().replace(/[\s-]/g, '')).digest('hex');
