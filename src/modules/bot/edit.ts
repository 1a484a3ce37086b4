import type { Ctx } from '../../ctx.ts';
import type { TelegramApi } from '../../telegram/api.ts';
import type { Words } from '../telegram/index.ts';
import { partsOf } from './deliver.ts';
import { outgoing, partsThere } from './queries.ts';

/**
 * What staff have said otherwise is said otherwise in Telegram, part by part as far as parts are there; what they took back stands
 * there as taken back, since a bot can delete nothing that is old. An answer that no longer fits in its parts keeps its last words short.
 */
export async function editThere(ctx: Ctx, api: TelegramApi, words: Words, messageId: number): Promise<void> {
  const answer = await outgoing(ctx, messageId);
  if (!answer) return;
  const there = await partsThere(ctx, messageId);
  const texts = answer.deleted
    ? [words({ key: 'telegram:bot.takenBack' }, answer.locale)]
    : partsOf(answer).flatMap((part) => ('text' in part ? [part.text] : []));
  for (const { telegramId, part } of there) {
    const text = texts[part];
    if (text === undefined) continue;
    const edited = await api.edit({ chat: answer.chat, id: telegramId, text });
    if (!edited.ok && (edited.reason === 'wait' || edited.reason === 'unreachable' || edited.reason === 'unknown'))
      // To say the same twice changes nothing, so it may be tried again whatever happened.
      throw new Error(`An answer cannot be changed in Telegram yet: ${edited.reason}`);
  }
}
