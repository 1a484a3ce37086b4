import { HttpError } from '../../errors.ts';
import { rateIn } from '../support/index.ts';
import { noteRated, noteWord, ratingAnswered, ratingButtons } from '../telegram/index.ts';
import type { Pressed, Said } from './incoming.ts';
import { key, reply, type Talk } from './who.ts';

// A rule says no, or the thread is not his any more.
const refused = (error: unknown): null => {
  if (error instanceof HttpError) return null;
  throw error;
};

const whoseOf = ({ who, chat }: Talk) => {
  if (who.kind === 'guest') return { personId: null, guestId: chat.id };
  return who.kind === 'user' ? { personId: who.actor.id, guestId: null } : null;
};

/** He says what he thinks of a closed thread. The buttons stay: pressed again, the later counts. While it is open again he is told so. */
export async function ratingPressed(talk: Talk, { data, message }: Pressed): Promise<boolean> {
  const [, thread, pressed] = /^rate:(\d{1,9}):([1-5])$/.exec(data) ?? [];
  if (!thread || !pressed) return false;
  const { tx, chat } = talk;
  const [whose, rating] = [whoseOf(talk), Number(pressed)];
  const rated = whose && (await rateIn(tx, whose, Number(thread), { rating }).catch(refused));
  if (!rated) await reply(talk, [key('rateLate')]);
  else {
    await noteRated(tx, rated.id, chat.id, message);
    const more = { edit: message, keyboard: ratingButtons(rated.id), rated: rated.id };
    await reply(talk, [key('rated', { rating })], more);
  }
  return true;
}

/** His one reply to that message is the word to his rating. What is no word, or comes when the thread is open again, is a message. */
export async function ratingWord(talk: Talk, { id, answers, text, files }: Said): Promise<boolean> {
  const { tx, chat } = talk;
  const whose = whoseOf(talk);
  if (!whose || answers === null || text === '' || files.length > 0) return false;
  const thread = await ratingAnswered(tx, chat.id, answers, id);
  const rated =
    thread !== undefined && (await rateIn(tx, whose, thread, { word: text.toWellFormed().trim() }).catch(refused));
  if (!rated) return false;
  await noteWord(tx, rated.id, id);
  await reply(talk, [key('rateThanks')]);
  return true;
}
