import { type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { InvalidInput } from '../../errors.ts';
import type { TelegramApi } from '../../telegram/api.ts';
import { receiveEdit } from '../support/index.ts';
import {
  claimUpdate,
  finishUpdate,
  firstPart,
  forgetPart,
  holdUpdate,
  isOfRefused,
  lockChat,
  messageIn,
  openChat,
  putOffUpdate,
  setBlocked,
  type WaitingUpdate,
  type Words,
} from '../telegram/index.ts';
import { type Together, withAlbum } from './album.ts';
import { commandOf, unlinkPressed } from './commands.ts';
import { now } from './deliver.ts';
import { discard, type Fetched, fetchFiles, withoutFiles } from './files.ts';
import { guestSkips, guestWrites } from './guest.ts';
import { type Incoming, incomingOf, type Pressed, type Said } from './incoming.ts';
import { userChooses, userWrites } from './person.ts';
import { ratingPressed, ratingWord } from './rating.ts';
import { staffChooses, staffWrites } from './staff.ts';
import { key, reply, type Talk, turnAway, whoIs, writingOf } from './who.ts';

// Five minutes in all, with the pauses between them.
const mostTries = 7;

/** Reads what waits of a chat, in Telegram's own order, one update a transaction. Whoever else comes to read the same chat leaves it. */
export async function readChat(ctx: Ctx, api: TelegramApi, words: Words, chat: string): Promise<void> {
  for (;;) {
    const update = await claimUpdate(now(ctx), chat);
    if (!update) return;
    await readUpdate(now(ctx), api, words, update);
  }
}

async function readUpdate(ctx: Ctx, api: TelegramApi, words: Words, update: WaitingUpdate): Promise<void> {
  const last = update.attempts + 1 >= mostTries;
  const opened = await openUpdate(ctx, api, update, last).catch(async (error: unknown) => {
    if (!last) {
      await putOffUpdate(now(ctx), update, 'failed');
      throw error;
    }
    await finishUpdate(ctx, update.updateId, String(error).slice(0, 500));
  });
  if (!opened) return;
  const { together, fetched } = opened;
  try {
    await inSqlTransaction(ctx, (tx) => actOn(tx, words, update, together, fetched));
  } catch (error) {
    if (error instanceof InvalidInput) return await sayNo(ctx, words, update, together, error);
    if (last) return await keepTrace(ctx, words, update, together, error);
    await putOffUpdate(now(ctx), update, 'failed');
    throw error;
  } finally {
    await discard(fetched);
  }
}

type Opened = { together: Together; fetched: Fetched };

/** What an update says, with its files; undefined when it says nothing to us, or must be read later. */
async function openUpdate(
  ctx: Ctx,
  api: TelegramApi,
  update: WaitingUpdate,
  last: boolean,
): Promise<Opened | undefined> {
  const single = incomingOf(update.body);
  if (!single) return void (await finishUpdate(ctx, update.updateId));
  const together = await withAlbum(ctx, update, single);
  const files = 'files' in together.incoming ? together.incoming.files : [];
  const fetched = await fetchFiles(api, files, { last, hold: () => holdUpdate(now(ctx), update) });
  if ('again' in fetched) return void (await putOffUpdate(now(ctx), update, fetched.again));
  return { together, fetched };
}

/** It is beyond us, and what comes after it must not wait for ever: staff see as much of it as can be kept, or at least that it came. */
async function keepTrace(ctx: Ctx, words: Words, update: WaitingUpdate, { incoming, rest }: Together, error: unknown) {
  for (const [said, fetched] of incoming.kind === 'message' ? tracesOf(incoming) : []) {
    const kept = inSqlTransaction(ctx, (tx) => actOn(tx, words, update, { incoming: said, rest }, fetched));
    if (
      await kept.then(
        () => true,
        () => false,
      )
    )
      return;
  }
  await finishUpdate(ctx, update.updateId, String(error).slice(0, 500));
}

const tracesOf = (said: Said): [Said, Fetched][] => [
  [said, withoutFiles(said.files)],
  [
    { ...said, text: '', phone: null, instead: null },
    { uploads: [], missing: [{ key: 'telegram:missing.message' }] },
  ],
];

async function actOn(
  tx: SqlCtx,
  words: Words,
  update: WaitingUpdate,
  { incoming, rest }: Together,
  fetched: Fetched,
): Promise<void> {
  const talk = await talkWith(tx, words, incoming);
  if (!(await finishUpdate(tx, update.updateId))) return;
  const { chat } = talk;
  if (incoming.kind === 'membership') return void (await setBlocked(talk.tx, chat.id, incoming.blocked));
  if (chat.blocked) await setBlocked(talk.tx, chat.id, false);
  if (incoming.kind === 'pressed') return press(talk, incoming);
  const known = await messageIn(talk.tx, chat.id, incoming.id);
  if (known !== undefined) return incoming.kind === 'edit' ? edit(talk, known, incoming, fetched) : undefined;
  for (const updateId of rest) await finishUpdate(talk.tx, updateId);
  const joins = incoming.kind === 'message' ? incoming.album : null;
  if (joins !== null && (await isOfRefused(talk.tx, update, joins))) return;
  await hear(talk, incoming, fetched);
}

/** With whom the bot talks, and as whom he acts; nobody else talks with him meanwhile. */
async function talkWith(tx: SqlCtx, words: Words, { from }: Incoming): Promise<Talk> {
  const { id, isNew } = await openChat(tx, from);
  await lockChat(tx, id);
  // Read again: what was waited for may have changed it.
  const chat = { ...(await openChat(tx, from)), isNew };
  const who = await whoIs(tx, chat);
  const actor = 'actor' in who ? who.actor : null;
  return { tx: { ...tx, actor, locale: chat.locale }, chat, who, words };
}

/** An edit of something that never came is the thing itself: Telegram may bring them in any order. */
async function hear(talk: Talk, said: Said, fetched: Fetched): Promise<void> {
  const command = commandOf(said.text);
  if (command) return command.run(talk, command.rest);
  const { who } = talk;
  if (who.kind === 'closed') return turnAway(talk, who);
  if (who.kind === 'staff') return staffWrites(talk, said, fetched);
  if (await ratingWord(talk, said)) return;
  if (who.kind === 'user') return userWrites(talk, said, fetched, who.actor.id);
  await guestWrites(talk, said, fetched);
}

/** The words of an album stand with its first picture. Words put under another are a message of their own, as if they had come with it. */
async function edit(talk: Talk, messageId: number, said: Said, fetched: Fetched): Promise<void> {
  const { tx, chat, who } = talk;
  if (who.kind === 'closed') return turnAway(talk, who);
  const first = said.album === null ? said.id : await firstPart(tx, chat.id, messageId);
  if (said.id === first) return receiveEdit(tx, messageId, writingOf(talk, said, { uploads: [], missing: [] }).text);
  if (said.text === '') return;
  // What staff write goes into the dialogue that they are in now, and the album may have gone into another.
  if (who.kind === 'staff') return reply(talk, [key('captionLate')], { replyTo: said.id });
  await forgetPart(tx, chat.id, said.id);
  await hear(talk, { ...said, answers: first }, fetched);
}

async function press(talk: Talk, pressed: Pressed): Promise<void> {
  const { who } = talk;
  await reply(talk, [], { callback: pressed.callback });
  if ((await unlinkPressed(talk, pressed)) || (await ratingPressed(talk, pressed))) return;
  if (who.kind === 'guest') await guestSkips(talk, pressed);
  if (who.kind === 'user') await userChooses(talk, pressed, who.actor.id);
  if (who.kind === 'staff') await staffChooses(talk, pressed, who.actor);
}

/** A rule says no: so he is told, once for a whole album. */
const sayNo = (ctx: Ctx, words: Words, update: WaitingUpdate, { incoming, rest }: Together, error: InvalidInput) =>
  inSqlTransaction(ctx, async (tx) => {
    const talk = await talkWith(tx, words, incoming);
    const sentence = error.sentence ?? Object.values(error.fields)[0];
    if (!(await finishUpdate(tx, update.updateId))) return;
    for (const updateId of rest) await finishUpdate(tx, updateId);
    if (sentence) await reply(talk, [{ key: sentence.key, ...(sentence.params ? { params: sentence.params } : {}) }]);
  });
