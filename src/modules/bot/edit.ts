import { type Ctx, inSqlTransaction } from '../../ctx.ts';
import type { TelegramApi } from '../../telegram/api.ts';
import type { Failure, Outcome } from '../../telegram/outcome.ts';
import { changedElsewhere } from '../support/index.ts';
import {
  claimRevision,
  forgetPart,
  notRevised,
  putOff,
  type Revision,
  revised,
  setBlocked,
} from '../telegram/index.ts';
import { mostTries, now, tell, textsOf } from './deliver.ts';
import { type Outgoing, outgoing, type PartThere, partsThere } from './queries.ts';

/**
 * What staff have said otherwise is said otherwise in Telegram, and what they took back goes there: with it every part and file, and with
 * fewer words the parts that have none now. To do it twice changes nothing, so it is tried again whatever happened.
 */
export async function editThere(ctx: Ctx, api: TelegramApi, messageId: number): Promise<void> {
  const revision = await claimRevision(now(ctx), messageId);
  const answer = revision && (await outgoing(ctx, messageId));
  if (!revision || !answer) return;
  const there = await partsThere(ctx, messageId);
  for (const { telegramId, text } of changesOf(answer, there)) {
    const done = await change(api, answer.chat, telegramId, text);
    if (!done.ok && !isThereAlready(done)) return fail(now(ctx), revision, done);
    if (text === null) await forgetPart(ctx, revision.chatId, telegramId);
  }
  const words = there.filter(({ withFile }) => !withFile).length;
  await inSqlTransaction(now(ctx), async (tx) => {
    await revised(tx, revision, textsOf(answer).length > words);
    if (revision.unchanged) await changedElsewhere(tx, messageId, { arrived: false });
  });
}

type Change = { telegramId: number /** Null: it goes. */; text: string | null };

function changesOf(answer: Outgoing, there: PartThere[]): Change[] {
  const texts = textsOf(answer);
  const words = there.filter(({ withFile }) => !withFile);
  const files = answer.deleted ? there.filter(({ withFile }) => withFile) : [];
  return [
    ...words.map(({ telegramId }, i) => ({ telegramId, text: texts[i] ?? null })),
    ...files.map(({ telegramId }) => ({ telegramId, text: null })),
  ];
}

const change = (api: TelegramApi, chat: string, id: number, text: string | null): Promise<Outcome<true>> =>
  text === null ? api.remove({ chat, id }) : api.edit({ chat, id, text });

// It says that already; or the person has removed it himself, and it says nothing.
const isThereAlready = (failure: Failure): boolean =>
  failure.reason === 'refused' && /message is not modified|message to (edit|delete) not found/i.test(failure.detail);

async function fail(ctx: Ctx, revision: Revision, failure: Failure): Promise<void> {
  const again = failure.reason === 'unreachable' && revision.attempts + 1 < mostTries ? 'failed' : null;
  if (failure.reason === 'wait' || again)
    return inSqlTransaction(ctx, (tx) => putOff(tx, revision, failure.reason === 'wait' ? failure : 'failed'));
  const failed = await inSqlTransaction(ctx, async (tx) => {
    if (failure.reason === 'blocked') await setBlocked(tx, revision.chatId, true);
    return notRevised(tx, revision, failure.detail);
  });
  if (failed) await tell(ctx, revision.messageId, 'unchanged');
}
