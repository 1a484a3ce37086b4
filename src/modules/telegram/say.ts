import { z } from 'zod';
import type { Ctx, SqlCtx } from '../../ctx.ts';
import { defineJob } from '../../jobs/queue.ts';
import { q } from '../../lib/sql.ts';
import type { TelegramApi } from '../../telegram/api.ts';
import type { Failure, Outcome } from '../../telegram/outcome.ts';
import { type Chat, findChat, setBlocked } from './chats.ts';
import { cut } from './cut.ts';
import { isSendingTo } from './deliveries.ts';

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
  /** Not before what is on its way to the chat, up to this message of ours, is there or given up. */
  behind: z.int().optional(),
  /** It says how he has rated this thread, as that stands when it is said. */
  rated: z.int().optional(),
  /** How often it could not be said. */
  tries: z.int().default(0),
});
export type Line = z.infer<typeof Line>;
export type Saying = Omit<z.infer<typeof Saying>, 'chatId' | 'tries'>;
export type Words = (line: Line, locale: 'ru' | 'en') => string;

const name = 'telegram.say';
const mostTries = 7;
const behindSeconds = 10;

/** The bot says something, if and when the transaction of `tx` commits. */
export const say = (tx: SqlCtx, chat: { id: number }, saying: Saying): Promise<void> =>
  tx.jobs.enqueue(tx, name, { chatId: chat.id, ...saying });

/** Only what never reached Telegram is said again: twice the same from a bot is worse than once nothing. */
export const sayJob = (api: TelegramApi | null, words: Words) =>
  defineJob({
    name,
    data: Saying,
    keepSeconds: 3600,
    // What never left is put in again by `unsaid`; a whole run once more would say what was said.
    retryLimit: 0,
    concurrency: 2,
    async run(ctx, saying) {
      const chat = api && (await findChat(ctx, saying.chatId));
      if (!api || !chat || chat.blocked) return;
      if (saying.behind && (await isSendingTo(ctx, chat.id, saying.behind)))
        return ctx.jobs.enqueue(ctx, name, saying, { startAfter: behindSeconds });
      if (saying.callback) await api.answerCallback(saying.callback);
      const rating = await ratingNow(ctx, saying);
      const lines = rating === null ? saying.lines : [{ key: 'telegram:bot.rated', params: { rating } }];
      const parts = cut(lines.map((line) => words(line, chat.locale)).join('\n'));
      for (const [i, text] of parts.entries()) {
        const said = await sayPart(api, chat, words, {
          ...saying,
          text,
          of: parts.length,
          last: i === parts.length - 1,
        });
        if (!said.ok) return unsaid(ctx, saying, parts.slice(i), said);
      }
      // Of two that say it at once the later may have been heard first.
      if ((await ratingNow(ctx, saying)) !== rating) await ctx.jobs.enqueue(ctx, name, saying);
    },
  });

async function ratingNow(ctx: SqlCtx, { rated }: { rated?: number | undefined }): Promise<number | null> {
  if (rated === undefined) return null;
  const row = await ctx.sql.row<{ rating: number | null }>(q`SELECT rating FROM threads WHERE id = ${rated}`);
  return row?.rating ?? null;
}

type Part = Saying & { text: string; of: number; last: boolean };

function sayPart(api: TelegramApi, { chatId, locale }: Chat, words: Words, part: Part): Promise<Outcome<unknown>> {
  const { text, of, last, edit, replyTo } = part;
  const keyboard = last
    ? part.keyboard?.map((row) => row.map(({ label, data }) => ({ text: words(label, locale), data })))
    : undefined;
  // Buttons go with the last part; what is replaced was one message, and stays one.
  if (edit && of === 1) return api.edit({ chat: chatId, id: edit, text, keyboard });
  return api.send({ chat: chatId, text, keyboard, replyTo });
}

/** What never reached Telegram is said later, the rest of it at least; for twenty minutes, after which it is old news. */
async function unsaid(ctx: Ctx, { callback: _said, ...saying }: z.infer<typeof Saying>, rest: string[], why: Failure) {
  if (why.reason === 'blocked') await setBlocked(ctx, saying.chatId, true);
  const heard = why.reason !== 'wait' && why.reason !== 'unreachable';
  if (heard || saying.tries >= mostTries) return;
  const startAfter = why.reason === 'wait' ? why.seconds : 10 * 2 ** saying.tries;
  const lines = [{ text: rest.join('\n') }];
  const tries = saying.tries + (why.reason === 'wait' ? 0 : 1);
  await ctx.jobs.enqueue(ctx, name, { ...saying, lines, tries }, { startAfter });
}
