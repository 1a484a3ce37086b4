import { z } from 'zod';
import type { SqlCtx } from '../../ctx.ts';
import { defineJob } from '../../jobs/queue.ts';
import { q } from '../../lib/sql.ts';
import type { TelegramApi } from '../../telegram/api.ts';
import { findChat } from './chats.ts';
import { cut } from './cut.ts';

const Params = z.record(z.string(), z.union([z.string(), z.number()]));
/** A sentence of the locale files, or words that somebody has written. */
const Line = z.union([z.object({ key: z.string(), params: Params.optional() }), z.object({ text: z.string() })]);
const Saying = z.object({
  chatId: z.int(),
  lines: z.array(Line),
  /** Rows of buttons; what they do is in `data`. */
  keyboard: z.array(z.array(z.object({ label: Line, data: z.string().max(64) }))).optional(),
  /** A message of the chat which this answers. */
  replyTo: z.int().optional(),
  /** A message of the bot that this replaces. */
  edit: z.int().optional(),
  /** A pressed button waits for this. */
  callback: z.string().optional(),
});
export type Line = z.infer<typeof Line>;
export type Saying = Omit<z.infer<typeof Saying>, 'chatId'>;
export type Words = (line: Line, locale: 'ru' | 'en') => string;

const name = 'telegram.say';

/** The bot says something, if and when the transaction of `tx` commits. */
export const say = (tx: SqlCtx, chat: { id: number }, saying: Saying): Promise<void> =>
  tx.jobs.enqueue(tx, name, { chatId: chat.id, ...saying });

/** Only what never reached Telegram is said again: twice the same from a bot is worse than once nothing. */
export const sayJob = (api: TelegramApi | null, words: Words) =>
  defineJob({
    name,
    data: Saying,
    keepSeconds: 3600,
    concurrency: 2,
    retryLimit: 6,
    async run(ctx, { chatId, ...saying }) {
      const chat = api && (await findChat(ctx, chatId));
      if (!api || !chat || chat.blocked) return;
      if (saying.callback) await api.answerCallback(saying.callback);
      const text = saying.lines.map((line) => words(line, chat.locale)).join('\n');
      const keyboard = saying.keyboard?.map((row) =>
        row.map(({ label, data }) => ({ text: words(label, chat.locale), data })),
      );
      const parts = text === '' ? [] : cut(text);
      for (const [i, part] of parts.entries()) {
        const last = i === parts.length - 1;
        const message = { chat: chat.chatId, text: part, ...(last && keyboard ? { keyboard } : {}) };
        const said =
          saying.edit && parts.length === 1
            ? await api.edit({ ...message, id: saying.edit })
            : await api.send({ ...message, replyTo: saying.replyTo });
        if (said.ok) continue;
        if (said.reason === 'wait') return ctx.jobs.enqueue(ctx, name, rest(), { startAfter: said.seconds });
        if (said.reason === 'unreachable' && i === 0) throw new Error(`Telegram cannot be reached: ${said.detail}`);
        if (said.reason === 'blocked')
          await ctx.sql.run(
            q`UPDATE telegram_chats SET blocked_at = ${ctx.now} WHERE id = ${chatId} AND blocked_at IS NULL`,
          );
        return;

        function rest() {
          return { chatId, ...saying, lines: [{ text: parts.slice(i).join('\n') }] };
        }
      }
    },
  });
