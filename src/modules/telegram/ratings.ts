import type { SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import { say } from './say.ts';

type Asked = { threadId: number; chatId: number; title: string };

/**
 * Asks who reads these threads in Telegram what he thinks of them, now that they are closed: once each, and not where he has said so. As
 * with an answer, a chat that staff have linked is asked of what came from there alone.
 */
export async function askForRatings(tx: SqlCtx, threadIds: number[]): Promise<void> {
  if (!tx.telegram.on) return;
  const asked = await tx.sql.rows<Asked>(q`
    WITH asked AS (
      INSERT INTO telegram_ratings (thread_id, chat_id)
      SELECT t.id, c.id FROM threads t JOIN telegram_chats c ON c.blocked_at IS NULL AND (c.id = t.guest_id
        OR c.user_id = t.person_id AND (c.proven_at IS NOT NULL OR EXISTS (
          SELECT FROM telegram_messages x JOIN messages m ON m.id = x.message_id WHERE x.chat_id = c.id AND m.thread_id = t.id)))
      WHERE t.id = ANY (${threadIds}::int[]) AND t.rating IS NULL
      ON CONFLICT (thread_id) DO NOTHING RETURNING thread_id, chat_id)
    SELECT a.thread_id AS "threadId", a.chat_id AS "chatId", CASE coalesce(u.locale, c.locale) WHEN 'en' THEN p.title_en ELSE p.title_ru END AS title
    FROM asked a JOIN threads t ON t.id = a.thread_id JOIN purposes p ON p.id = t.purpose_id
    JOIN telegram_chats c ON c.id = a.chat_id LEFT JOIN users u ON u.id = c.user_id ORDER BY a.thread_id`);
  for (const { threadId, chatId, title } of asked)
    await say(
      tx,
      { id: chatId },
      { lines: [{ key: 'telegram:bot.rate', params: { title } }], keyboard: ratingButtons(threadId) },
    );
}

/** One to five, for a thread. */
export const ratingButtons = (threadId: number) => [
  ['1', '2', '3', '4', '5'].map((rating) => ({ label: { text: rating }, data: `rate:${threadId}:${rating}` })),
];

/** He has pressed a button of this message. */
export const noteRated = (tx: SqlCtx, threadId: number, chatId: number, telegramId: number): Promise<number> =>
  tx.sql.run(q`
    INSERT INTO telegram_ratings (thread_id, chat_id, telegram_id) VALUES (${threadId}, ${chatId}, ${telegramId})
    ON CONFLICT (thread_id) DO UPDATE SET chat_id = excluded.chat_id, telegram_id = excluded.telegram_id`);

/** The thread to whose rating this reply is the word: the first to that message, or the same one said otherwise. */
export async function ratingAnswered(tx: SqlCtx, chatId: number, telegramId: number, wordId: number) {
  const row = await tx.sql.row<{ id: number }>(q`
    SELECT thread_id AS id FROM telegram_ratings
    WHERE chat_id = ${chatId} AND telegram_id = ${telegramId} AND coalesce(word_id, ${wordId}) = ${wordId}`);
  return row?.id;
}

export const noteWord = (tx: SqlCtx, threadId: number, wordId: number): Promise<number> =>
  tx.sql.run(q`UPDATE telegram_ratings SET word_id = ${wordId} WHERE thread_id = ${threadId}`);
