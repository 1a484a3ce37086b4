import type { Actor } from '../../ctx.ts';
import { allowancesOf } from '../bases/index.ts';
import { moveToUser } from '../support/index.ts';
import { type Line, linkChat, redeemCode, unlinkChat } from '../telegram/index.ts';
import { greetGuest } from './guest.ts';
import type { Pressed } from './incoming.ts';
import { leadsToday, openThreads, standingOf } from './queries.ts';
import { leaveDialogue, showDialogues } from './staff.ts';
import { key, reply, type Talk, turnAway } from './who.ts';

type Command = (talk: Talk, rest: string) => Promise<void>;

const commands: Record<string, Command> = { start, help, status, auth, unlink, clients, exit, contacts, leads };

/** The command that a message is, with what follows it; null for words. A command that nobody knows is words. */
export function commandOf(text: string): { run: Command; rest: string } | null {
  const [, name = '', rest = ''] = /^\/([a-z]+)(?:@\w+)?(?:\s+([\s\S]*))?$/i.exec(text.trim()) ?? [];
  const run = Object.hasOwn(commands, name.toLowerCase()) ? commands[name.toLowerCase()] : undefined;
  return run ? { run, rest: rest.trim() } : null;
}

async function start(talk: Talk, rest: string): Promise<void> {
  if (rest !== '') return auth(talk, rest);
  if (talk.who.kind === 'guest') return greetGuest(talk);
  await help(talk);
}

async function help(talk: Talk): Promise<void> {
  const { who } = talk;
  if (who.kind === 'closed') return turnAway(talk, who);
  const works = who.kind === 'user' && who.proven && who.actor.permissions.has('agent:contacts:take');
  await reply(talk, [key(`help.${works ? 'agent' : who.kind}`)]);
}

async function status(talk: Talk): Promise<void> {
  const { tx, chat, who } = talk;
  if (who.kind === 'closed') return turnAway(talk, who);
  if (who.kind === 'staff') return reply(talk, [key('status.staff', { ...(await standingOf(tx, who.actor.id)) })]);
  const whose = who.kind === 'guest' ? { personId: null, guestId: chat.id } : { personId: who.actor.id, guestId: null };
  const count = await openThreads(tx, whose);
  const account = who.kind === 'guest' || !who.proven ? 'guest' : who.actor.status;
  await reply(talk, [key(`status.${account}`), key('status.threads', { count })]);
}

/** Says as whom one is known here; with a code, makes it so. */
async function auth(talk: Talk, code: string): Promise<void> {
  const { who, chat } = talk;
  if (who.kind === 'closed' && !(who.provable && code !== '')) return turnAway(talk, who);
  if (code !== '') return link(talk, code);
  if (!('actor' in who) || !chat.proven) return reply(talk, [key('auth.guest')]);
  await reply(talk, [key(`auth.${who.actor.role}`, { name: who.actor.name })]);
}

async function link(talk: Talk, code: string): Promise<void> {
  const { tx, chat } = talk;
  const redeemed = await redeemCode(tx, chat, code);
  if (redeemed === 'wrong') return reply(talk, [key('codeWrong')]);
  if (redeemed === 'locked') return reply(talk, [key('codeLocked')]);
  if (chat.userId === null) await moveToUser(tx, chat.id, redeemed.userId);
  await linkChat(tx, chat, redeemed);
  await reply(talk, [key('linked', { name: redeemed.name })]);
}

async function unlink(talk: Talk): Promise<void> {
  if (talk.who.kind === 'closed') return turnAway(talk, talk.who);
  if (!talk.chat.proven) return reply(talk, [key('auth.guest')]);
  await reply(talk, [key('unlinkAsk')], { keyboard: [[{ label: key('unlinkYes'), data: 'unlink' }]] });
}

/** He has pressed that the account is no more to be shown here. */
export async function unlinkPressed(talk: Talk, { data, message }: Pressed): Promise<boolean> {
  if (data !== 'unlink') return false;
  // A button may be older than a ban, or than what staff have said since.
  if (talk.who.kind === 'closed' || !talk.chat.proven) return true;
  await unlinkChat(talk.tx, talk.chat);
  await reply(talk, [key('unlinked')], { edit: message });
  return true;
}

async function clients(talk: Talk): Promise<void> {
  if (talk.who.kind === 'staff') await showDialogues(talk, talk.who.actor);
  else await reply(talk, [key('notYours')]);
}

async function exit(talk: Talk): Promise<void> {
  if (talk.who.kind === 'staff') await leaveDialogue(talk);
  else await reply(talk, [key('notYours')]);
}

async function contacts(talk: Talk): Promise<void> {
  const agent = agentOf(talk);
  if (!agent) return reply(talk, [key('notYours')]);
  const bases = await allowancesOf(talk.tx, agent.id);
  const lines = bases.map(({ name, left, limit, granted }) => key('base', { name, left, all: limit + granted }));
  await reply(talk, lines.length > 0 ? [key('contacts'), ...lines] : [key('noBases')]);
}

async function leads(talk: Talk): Promise<void> {
  const agent = agentOf(talk);
  if (!agent) return reply(talk, [key('notYours')]);
  const today = await leadsToday(talk.tx, agent.id);
  const lines = today.flatMap(({ value, type, status: verdict, note }): Line[] => [
    key(`lead.${verdict}`, { value, type }),
    ...(note ? [{ text: `   ${note}` }] : []),
  ]);
  await reply(talk, lines.length > 0 ? [key('leads', { count: today.length }), ...lines] : [key('noLeads')]);
}

/** What is of an account is shown to who has proved that it is his. */
const agentOf = ({ who }: Talk): Actor | null =>
  who.kind === 'user' && who.proven && who.actor.permissions.has('agent:contacts:take') ? who.actor : null;
