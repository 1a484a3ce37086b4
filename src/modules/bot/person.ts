import { choosePurpose, listPurposes, receive } from '../support/index.ts';
import { noteIncoming } from '../telegram/index.ts';
import type { Fetched } from './files.ts';
import { answeredBy } from './guest.ts';
import type { Pressed, Said } from './incoming.ts';
import { key, reply, type Talk, writingOf } from './who.ts';

/** A user writes: into the thread that he answers, his newest that is not closed, or a new one, of which he is asked what it is about. */
export async function userWrites(talk: Talk, said: Said, fetched: Fetched, userId: number): Promise<void> {
  const { tx, chat } = talk;
  const whose = { personId: userId, guestId: null };
  const message = await receive(tx, whose, writingOf(talk, said, fetched), await answeredBy(talk, said));
  await noteIncoming(tx, chat.id, said.ids, message.id);
  if (message.begun)
    await reply(talk, [key('received'), key('askPurpose')], { keyboard: await purposeButtons(talk, message.threadId) });
}

async function purposeButtons({ tx, chat }: Talk, threadId: number) {
  const purposes = await listPurposes({ ...tx, locale: chat.locale });
  return purposes
    .filter(({ active }) => active)
    .map(({ id, title }) => [{ label: { text: title }, data: `purpose:${threadId}:${id}` }]);
}

/** He presses what his new thread is about. */
export async function userChooses(talk: Talk, { data, message }: Pressed, userId: number): Promise<boolean> {
  const [, thread, purpose] = /^purpose:(\d{1,9}):(\d{1,9})$/.exec(data) ?? [];
  if (!thread || !purpose) return false;
  const purposes = await listPurposes({ ...talk.tx, locale: talk.chat.locale });
  const chosen = purposes.find(({ id, active }) => active && id === Number(purpose));
  const done = chosen && (await choosePurpose(talk.tx, { personId: userId, guestId: null }, Number(thread), chosen.id));
  await reply(talk, [done ? key('purpose', { title: chosen.title }) : key('purposeLate')], { edit: message });
  return true;
}
