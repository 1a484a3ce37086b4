import { type Actor, actorOf } from '../../ctx.ts';
import { AnsweredMeanwhile, answerIn } from '../support/index.ts';
import { isCarried, type Line, noteIncoming, setDialogue } from '../telegram/index.ts';
import type { Fetched } from './files.ts';
import type { Pressed, Said } from './incoming.ts';
import { dialoguesOf, lastWords, type Spoken } from './queries.ts';
import { key, reply, type Talk, writingOf } from './who.ts';

const exit = { keyboard: [[{ label: key('exit'), data: 'dialogue:0' }]] };

/** An operator's own threads, a button each; what he writes next goes into the one that he presses. */
export async function showDialogues(talk: Talk, { id }: Actor): Promise<void> {
  const all = await dialoguesOf(talk.tx, id);
  if (all.length === 0) return reply(talk, [key('noDialogues')]);
  const keyboard = all.map(({ id: thread, name, titleRu, titleEn, unread }) => {
    const title = talk.chat.locale === 'en' ? titleEn : titleRu;
    return [
      { label: { text: `${unread > 0 ? `🔴 ${unread} · ` : ''}${name} · ${title}` }, data: `dialogue:${thread}` },
    ];
  });
  await reply(talk, [key('chooseDialogue', { count: all.length })], { keyboard });
}

/** He presses one, or leaves the one that he is in. */
export async function staffChooses(talk: Talk, { data }: Pressed, actor: Actor): Promise<boolean> {
  const [, id] = /^dialogue:(\d{1,9})$/.exec(data) ?? [];
  if (id === undefined) return false;
  if (id === '0') await leaveDialogue(talk);
  else await enterDialogue(talk, Number(id), actor);
  return true;
}

export async function leaveDialogue(talk: Talk): Promise<void> {
  await setDialogue(talk.tx, talk.chat.id, null);
  await reply(talk, [key(talk.chat.dialogueId === null ? 'noDialogue' : 'left')]);
}

async function enterDialogue(talk: Talk, threadId: number, { id }: Actor): Promise<void> {
  const found = await lastWords(talk.tx, threadId, id);
  if (!found) return reply(talk, [key('gone')]);
  await setDialogue(talk.tx, talk.chat.id, threadId, found.words.at(-1)?.id ?? 0);
  await reply(talk, [key('entered', { name: found.name }), ...found.words.map(lineOf)], exit);
}

const lineOf = ({ author, text, files, fromStaff }: Spoken): Line => ({
  text: `${fromStaff ? '↩️' : '👤'} ${author}: ${[text, files > 0 ? `📎 ${files}` : ''].filter(Boolean).join(' ')}`,
});

/** What an operator writes is an answer in the dialogue that he is in, and in none it is no answer at all. */
export async function staffWrites(talk: Talk, said: Said, fetched: Fetched): Promise<void> {
  const { tx, chat } = talk;
  if (chat.dialogueId === null) return reply(talk, [key('noDialogue')]);
  // What is said of a lost file is for staff, and no answer.
  if (fetched.missing.length > 0) return reply(talk, [...fetched.missing, key('notSent')], { replyTo: said.id });
  try {
    const answered = { ...writingOf(talk, said, fetched), lastSeenMessageId: chat.dialogueSeen };
    const message = await answerIn(tx, chat.dialogueId, answered);
    await noteIncoming(tx, chat.id, said.ids, message.id);
    await setDialogue(tx, chat.id, message.threadId, message.id);
    // Whether it arrived in Telegram he hears when that is known.
    if (!(await isCarried(tx, message.id))) await reply(talk, [key('inCabinet')], { replyTo: said.id, ...exit });
  } catch (error) {
    if (!(error instanceof AnsweredMeanwhile)) throw error;
    const sentence = error.sentence;
    await reply(talk, [
      sentence ? { key: sentence.key, ...(sentence.params ? { params: sentence.params } : {}) } : key('gone'),
    ]);
    await enterDialogue(talk, chat.dialogueId, actorOf(tx));
  }
}
