import { type Ctx, inSqlTransaction } from '../../ctx.ts';
import type { TelegramApi } from '../../telegram/api.ts';
import type { Failure, Outcome } from '../../telegram/outcome.ts';
import { changedElsewhere } from '../support/index.ts';
import {
  type Claimed,
  claimDelivery,
  cut,
  endSending,
  type FailReason,
  giveUp,
  giveUpAll,
  partArrived,
  putOff,
  say,
  setBlocked,
} from '../telegram/index.ts';
import { authorsChat, type Outgoing, outgoing, type PartThere, partsThere } from './queries.ts';
import { key } from './who.ts';

type Part = { text: string } | { file: Outgoing['files'][number] };

// About ten minutes in all, with the pauses between them.
export const mostTries = 8;
// Larger pictures Telegram takes as documents only.
const largestPicture = 10 * 1024 * 1024;
const pictures = new Set(['image/jpeg', 'image/png', 'image/webp']);

/** Sends what waits for a chat, in its order, until nothing is due. One part of one answer at a time, and each is written down at once. */
export async function deliverTo(ctx: Ctx, api: TelegramApi, chatId: number): Promise<void> {
  for (let claimed = await claimDelivery(now(ctx), chatId); claimed; claimed = await claimDelivery(now(ctx), chatId)) {
    const answer = await outgoing(ctx, claimed.messageId);
    const [part, ...rest] = answer ? missingOf(answer, await partsThere(ctx, claimed.messageId)) : [];
    if (!answer || !part) await nothingMissing(now(ctx), claimed, answer?.deleted ?? true);
    else {
      const arriving = { withFile: 'file' in part, last: rest.length === 0, title: answer.title };
      await settle(now(ctx), claimed, arriving, await sendPart(ctx, api, answer, part));
    }
  }
}

/** A job may take minutes, and its moment is when it began. */
export const now = (ctx: Ctx): Ctx => ({ ...ctx, now: new Date() });

/** Where a person has several threads the answer says which it is of. What was taken back before it went never goes. */
function partsOf({ text, deleted, title, files }: Outgoing): Part[] {
  if (deleted) return [];
  const words = [title && text ? `«${title}»` : '', text].filter(Boolean).join('\n');
  return [...cut(words).map((part) => ({ text: part })), ...files.map((file) => ({ file }))];
}

/** The words that an answer has in Telegram, message by message. */
export const textsOf = (answer: Outgoing): string[] =>
  partsOf(answer).flatMap((part) => ('text' in part ? [part.text] : []));

// By their kinds and not by a number: an edit may have made more or fewer of the words, and never of the files.
function missingOf(answer: Outgoing, there: PartThere[]): Part[] {
  const files = there.filter(({ withFile }) => withFile).length;
  const parts = partsOf(answer);
  const [texts, rest] = [parts.filter((part) => 'text' in part), parts.filter((part) => 'file' in part)];
  return [...texts.slice(there.length - files), ...rest.slice(files)];
}

const sendPart = (ctx: Ctx, api: TelegramApi, { chat }: Outgoing, part: Part): Promise<Outcome<number>> =>
  'text' in part
    ? api.send({ chat, text: part.text })
    : api.sendFile({
        chat,
        path: ctx.files.localPath(part.file.storedAs),
        name: part.file.name,
        asPicture: pictures.has(part.file.mime) && part.file.size <= largestPicture,
      });

/** Shortened or taken back meanwhile, or sent again only to be changed: what is there is all of it, or more. */
async function nothingMissing(ctx: Ctx, { messageId }: Claimed, deleted: boolean): Promise<void> {
  await inSqlTransaction(ctx, (tx) => endSending(tx, messageId));
  if (deleted) await changedElsewhere(ctx, messageId, { arrived: false });
  else await tell(ctx, messageId, null);
}

type Arriving = { withFile: boolean; last: boolean; title: string };

async function settle(ctx: Ctx, claimed: Claimed, arriving: Arriving, sent: Outcome<number>): Promise<void> {
  if (!sent.ok) return fail(ctx, claimed, sent);
  await inSqlTransaction(ctx, (tx) => partArrived(tx, claimed, { telegramId: sent.value, ...arriving }));
  if (arriving.last) await tell(ctx, claimed.messageId, null);
}

async function fail(ctx: Ctx, claimed: Claimed, failure: Failure): Promise<void> {
  if (failure.reason === 'wait') return inSqlTransaction(ctx, (tx) => putOff(tx, claimed, failure));
  if (failure.reason === 'unreachable' && claimed.attempts + 1 < mostTries)
    return inSqlTransaction(ctx, (tx) => putOff(tx, claimed, 'failed'));
  const { reason, detail } = failure;
  const lost = await inSqlTransaction(ctx, async (tx) => {
    await giveUp(tx, claimed.messageId, reason, detail);
    if (reason !== 'blocked') return [];
    await setBlocked(tx, claimed.chatId, true);
    return giveUpAll(tx, claimed.chatId, reason, detail);
  });
  for (const id of [claimed.messageId, ...lost]) await tell(ctx, id, reason);
}

/** The pages of staff see what became of it, and so does who answered from the bot. */
export async function tell(ctx: Ctx, messageId: number, failed: FailReason | null): Promise<void> {
  await inSqlTransaction(ctx, async (tx) => {
    await changedElsewhere(tx, messageId, { arrived: failed === null });
    const author = await authorsChat(tx, messageId);
    if (!author) return;
    const why = failed && { key: `telegram:reason.${failed}` };
    const lines = why ? [...(failed === 'unchanged' ? [] : [key('notDelivered')]), why] : [key('delivered')];
    await say(tx, { id: author.chatId }, { lines, replyTo: author.telegramId });
  });
}
