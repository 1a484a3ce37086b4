import { normaliseKey } from '../../lib/keys/index.ts';
import { receive } from '../support/index.ts';
import { noteIncoming, setStep } from '../telegram/index.ts';
import type { Fetched } from './files.ts';
import type { Pressed, Said } from './incoming.ts';
import { threadAnswered } from './queries.ts';
import { key, reply, type Talk, writingOf } from './who.ts';

const skip = (step: 'name' | 'phone') => ({ keyboard: [[{ label: key('skip'), data: `skip:${step}` }]] });

/** Somebody whom nobody knows writes. Every word is kept; meanwhile the bot asks how to call him and where to ring, once each. */
export async function guestWrites(talk: Talk, said: Said, fetched: Fetched): Promise<void> {
  const { tx, chat } = talk;
  const whose = { personId: null, guestId: chat.id };
  const message = await receive(tx, whose, writingOf(talk, said, fetched), await answeredBy(talk, said));
  await noteIncoming(tx, chat.id, said.ids, message.id);
  if (chat.isNew) return reply(talk, [key('received'), key('askName')], skip('name'));
  if (chat.step === 'name') return hearName(talk, said);
  const phone = phoneOf(said);
  if (chat.step === 'phone' || (phone && !chat.phone)) return hearPhone(talk, phone);
  if (message.begun) await reply(talk, [key('received')]);
}

/** Somebody new presses "start" before he says anything. */
export const greetGuest = (talk: Talk): Promise<void> =>
  talk.chat.step === 'name'
    ? reply(talk, [key('hello'), key('askName')], skip('name'))
    : reply(talk, [key('helloAgain')]);

/** He would rather not say. */
export async function guestSkips(talk: Talk, { data }: Pressed): Promise<boolean> {
  const { tx, chat } = talk;
  if (data === 'skip:name' && chat.step === 'name') {
    await setStep(tx, chat, 'phone');
    await reply(talk, [key('askPhone')], skip('phone'));
  } else if (data === 'skip:phone' && chat.step === 'phone') {
    await setStep(tx, chat, 'talking');
    await reply(talk, [key('thanks')]);
  }
  return data.startsWith('skip:');
}

async function hearName(talk: Talk, said: Said): Promise<void> {
  // Words under a picture are of the picture.
  const name = said.files.length > 0 ? null : nameIn(said.text);
  await setStep(talk.tx, talk.chat, 'phone', name ? { name } : {});
  await reply(talk, [name ? key('niceToMeet', { name }) : key('received'), key('askPhone')], skip('phone'));
}

async function hearPhone(talk: Talk, phone: string | null): Promise<void> {
  await setStep(talk.tx, talk.chat, 'talking', phone ? { phone } : {});
  await reply(talk, [phone ? key('thanksPhone', { phone }) : key('thanks')]);
}

const greetings =
  /^(привет|здравствуйте|здравствуй|добрый (день|вечер)|доброе утро|да|нет|ок|окей|hello|hi|hey|yes|no|ok)$/i;

/** A name when it looks like one; a question, a number or a long story is none, and is kept as a message all the same. */
export function nameIn(text: string): string | null {
  const bare = text
    .trim()
    .replace(/^(меня зовут|моё имя|мое имя|my name is|i am|i['’]m|это|я)\s+/i, '')
    .replace(/[.!,\s]+$/, '');
  return !greetings.test(bare) && /^\p{L}[\p{L}'’.-]*( \p{L}[\p{L}'’.-]*){0,3}$/u.test(bare) && bare.length <= 60
    ? bare
    : null;
}

function phoneOf({ phone, text }: Said): string | null {
  // A shared contact comes without its plus.
  const shared = phone === null ? null : normaliseKey(`+${phone.replace(/^\+/, '')}`, 'phone');
  if (shared?.ok) return shared.key;
  for (const found of [text, ...(text.match(/\+?\d[\d\s().-]{8,20}\d/g) ?? [])]) {
    const read = normaliseKey(found, 'phone');
    if (read.ok) return read.key;
  }
  return null;
}

export const answeredBy = async ({ tx, chat }: Talk, { answers }: Said) => {
  if (answers === null) return {};
  const row = await threadAnswered(tx, chat.id, answers);
  return row === undefined ? {} : { answered: row };
};
