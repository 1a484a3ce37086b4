import { z } from 'zod';
import { type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { defineJob } from '../../jobs/queue.ts';
import { q } from '../../lib/sql.ts';
import { say } from './say.ts';

const name = 'telegram.ask';

/**
 * Asks who reads these threads in Telegram what he thinks of them, now that they are closed. By a job: whoever closes many holds them all
 * until he has ended.
 */
export async function askForRatings(tx: SqlCtx, threadIds: number[]): Promise<void> {
  if (tx.telegram.on && threadIds.length > 0) await tx.jobs.enqueue(tx, name, { threadIds });
}

/** Asks once a thread, and not where he has said so. Done twice, it asks nobody a second time. */
export const askJob = defineJob({
  name,
  data: z.object({ threadIds: z.array(z.int()) }),
  keepSeconds: 3600,
  async run(ctx: Ctx, { threadIds }) {
    if (!ctx.telegram.on) return;
    for (const asked of await toAsk(ctx, threadIds)) await inSqlTransaction(ctx, (tx) => ask(tx, asked));
  },
});

type Asked = {
  threadId: number;
  chatId: number;
  title: string;
  /** The newest answer on its way to him. */
  behind: number | null;
};

/** As with an answer, a chat that staff have linked is asked of what came from there alone. */
const toAsk = (ctx: SqlCtx, threadIds: number[]): Promise<Asked[]> =>
  ctx.sql.rows<Asked>(q`
    SELECT t.id AS "threadId", c.id AS "chatId", CASE coalesce(u.locale, c.locale) WHEN 'en' THEN p.title_en ELSE p.title_ru END AS title,
      (SELECT max(d.message_id) FROM message_deliveries d WHERE d.chat_id = c.id AND d.state = 'sending') AS behind
    FROM threads t JOIN purposes p ON p.id = t.purpose_id JOIN telegram_chats c ON c.blocked_at IS NULL AND (c.id = t.guest_id
      OR c.user_id = t.person_id AND (c.proven_at IS NOT NULL OR EXISTS (
        SELECT FROM telegram_messages x JOIN messages m ON m.id = x.message_id WHERE x.chat_id = c.id AND m.thread_id = t.id)))
    LEFT JOIN users u ON u.id = c.user_id
    WHERE t.id = ANY (${threadIds}::int[]) AND t.rating IS NULL
      AND NOT EXISTS (SELECT FROM telegram_ratings r WHERE r.thread_id = t.id) ORDER BY t.id`);

async function ask(tx: SqlCtx, { threadId, chatId, title, behind }: Asked): Promise<void> {
  // Opened again meanwhile, or part of another by now: then nobody asks.
  const first = await tx.sql.run(q`
    INSERT INTO telegram_ratings (thread_id, chat_id)
    SELECT id, ${chatId}::int FROM threads WHERE id = ${threadId} AND status = 'closed' ON CONFLICT (thread_id) DO NOTHING`);
  const lines = [{ key: 'telegram:bot.rate', params: { title } }];
  if (first > 0)
    await say(tx, { id: chatId }, { lines, keyboard: ratingButtons(threadId), behind: behind ?? undefined });
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

/** A thread becomes part of another: that he was asked of it, and what he has pressed and replied to, is of that one from now on. */
export const moveRating = (tx: SqlCtx, fromId: number, intoId: number): Promise<number> =>
  tx.sql.run(q`
    INSERT INTO telegram_ratings (thread_id, chat_id, telegram_id, word_id)
    SELECT ${intoId}::int, chat_id, telegram_id, word_id FROM telegram_ratings WHERE thread_id = ${fromId}
    ON CONFLICT (thread_id) DO UPDATE SET chat_id = excluded.chat_id, telegram_id = excluded.telegram_id, word_id = excluded.word_id
      WHERE telegram_ratings.telegram_id IS NULL`);
