import { createHash } from 'node:crypto';
import type { Actor, SqlCtx } from '../../ctx.ts';
import { findSignedIn } from '../accounts/index.ts';
import { isStaff } from '../support/index.ts';
import { type Chat, type Line, type Saying, say, type Words } from '../telegram/index.ts';
import type { Fetched } from './files.ts';
import type { Said } from './incoming.ts';

/** Whom the bot talks with: one of the staff, a user, a guest, or somebody whose access is closed. */
export type Who =
  | { kind: 'staff'; actor: Actor }
  | { kind: 'user'; actor: Actor /** He has proved himself that the account is his. */; proven: boolean }
  | { kind: 'guest' }
  | Closed;
/** `provable`: he is of the staff by now, and only has yet to prove that it is he. */
export type Closed = { kind: 'closed'; provable: boolean };
export type Talk = { tx: SqlCtx; chat: Chat & { isNew: boolean }; who: Who; words: Words };

/** Reads anew with every message who it is: a ban or a change of role counts at once. Without a proof nobody is staff. */
export async function whoIs(tx: SqlCtx, { userId, proven }: Chat): Promise<Who> {
  if (userId === null) return { kind: 'guest' };
  const found = await findSignedIn(tx, userId);
  if (!found) return { kind: 'closed', provable: false };
  const { actor } = found;
  if (!isStaff(actor)) return { kind: 'user', actor, proven };
  return proven ? { kind: 'staff', actor } : { kind: 'closed', provable: true };
}

/** What came, as the desk takes it: words, with a line for what could not be had, and files. */
export const writingOf = ({ chat, words }: Talk, said: Said, { uploads, missing }: Fetched) => ({
  requestId: requestIdOf(chat.chatId, said.id),
  text: [said.text, ...[...(said.instead ? [said.instead] : []), ...missing].map((line) => words(line, chat.locale))]
    .filter(Boolean)
    .join('\n')
    .toWellFormed()
    .trim()
    .slice(0, 5000),
  uploads,
});

/** The same message of Telegram is the same request, however often it comes. */
function requestIdOf(chatId: string, id: number): string {
  const hex = createHash('sha256').update(`telegram:${chatId}:${id}`).digest('hex');
  return hex.slice(0, 32).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
}

/** The bot answers in this chat. */
export const reply = ({ tx, chat }: Talk, lines: Line[], more: Omit<Saying, 'lines'> = {}): Promise<void> =>
  say(tx, chat, { lines, ...more });

/** He is not let in: he hears so, or how he proves who he is. */
export const turnAway = (talk: Talk, { provable }: Closed): Promise<void> =>
  reply(talk, [key(provable ? 'prove' : 'closed')]);

export const key = (name: string, params?: Record<string, string | number>): Line =>
  params ? { key: `telegram:bot.${name}`, params } : { key: `telegram:bot.${name}` };
