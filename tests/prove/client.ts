import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Ask, ask, type Reply } from '../rig/http.ts';
import type { Random } from '../rig/random.ts';
import { type Agent, password, type World } from './data.ts';
import { type Act, type Answer, isAcknowledged, type Journal, newJournal } from './journal.ts';

/** What all clients of a proof share. `over` says that no new act begins; acts under way are still brought to an end. */
export type Setting = {
  urls: string[];
  world: World;
  random: Random;
  over(): boolean;
  /** Staff raise an agent's limit: without it everybody would soon be done. */
  grant(agentId: number, baseTypeId: number): Promise<void>;
  count(what: string): void;
};

/** An agent's browser in which he has logged in. */
export async function openBrowser(setting: Setting, agent: Agent, at: number): Promise<Browser> {
  const browser: Browser = { setting, agent, from: `10.0.${at >> 8}.${at & 255}`, cookie: '' };
  await logIn(browser);
  return browser;
}

/**
 * One agent at work in the cabinet: asks for contacts, reads them, and writes down all that he was told. Answers get lost, by
 * accident and on purpose; he then sends the same form again, as a browser's reload does, and sometimes he clicks twice.
 */
export async function work(browser: Browser): Promise<Journal> {
  const { setting, agent } = browser;
  const journal = newJournal(agent.id);
  while (!setting.over()) {
    const act = newAct(setting);
    journal.acts.push(act);
    await carryOut(browser, act);
    if (isAcknowledged(act)) setting.count('issued');
    await readContacts(browser, journal, act);
    if (setting.random.chance(0.03)) await repeatOld(browser, setting.random.pick(journal.acts));
    if (!isAcknowledged(act) && setting.random.chance(0.7)) await setting.grant(agent.id, act.baseTypeId);
  }
  return journal;
}

export type Browser = { setting: Setting; agent: Agent; from: string; cookie: string };

const newAct = ({ random, world }: Setting): Act => ({
  requestId: randomUUID(),
  baseTypeId: random.pick(world.bases),
  wanted: random.between(1, 4),
  answers: [],
});

/** Sends the form until there is an answer, or until patience ends: then the act stays unknown. */
async function carryOut(browser: Browser, act: Act): Promise<void> {
  const { random } = browser.setting;
  const patience = random.chance(0.05) ? 1 : 40;
  for (let tries = 0; tries < patience; tries += 1) {
    const answers = random.chance(0.06)
      ? await Promise.all([send(browser, act), send(browser, act)])
      : [await send(browser, act, random.chance(0.04))];
    act.answers.push(...answers);
    if (answers.some(({ is }) => is !== 'unknown')) return;
    await pause(random.between(20, 400));
  }
}

/** A double click on an act that was acknowledged long ago must give the old answer. */
async function repeatOld(browser: Browser, act: Act): Promise<void> {
  if (isAcknowledged(act)) act.answers.push(await send(browser, act));
}

async function send(browser: Browser, act: Act, hangUp = false): Promise<Answer> {
  const { requestId, baseTypeId, wanted } = act;
  const form = { requestId, baseTypeId, wanted };
  try {
    return await answerOf(browser, await visit(browser, { path: '/cabinet/issuances', form, hangUp }));
  } catch (error) {
    return { is: 'unknown', why: error instanceof Error ? error.message : String(error) };
  }
}

async function answerOf(browser: Browser, { status, location }: Reply): Promise<Answer> {
  browser.setting.count(`status ${status}`);
  const issuance = /^\/cabinet\/issuances\/(\d+)$/.exec(location)?.[1];
  if (status === 303 && issuance) return { is: 'acknowledged', issuance: Number(issuance) };
  if (status === 422) return { is: 'refused', status };
  if (status === 302 || status === 303) {
    browser.setting.count('loggedOut');
    await logIn(browser);
  }
  return { is: 'unknown', why: `status ${status} ${location}`.trim() };
}

/** Reads what the issuance brought: from the file, now and then from the page itself. */
async function readContacts(browser: Browser, journal: Journal, act: Act): Promise<void> {
  for (const answer of act.answers) {
    if (answer.is !== 'acknowledged' || journal.shown.has(answer.issuance)) continue;
    const page = browser.setting.random.chance(0.02);
    const path = `/cabinet/issuances/${answer.issuance}${page ? '' : '/file/txt'}`;
    const reply = await insist(browser, path);
    if (reply) journal.shown.set(answer.issuance, page ? onPage(reply.text) : inFile(reply.text));
  }
}

const inFile = (text: string): string[] => text.split('\r\n').filter((line) => line !== '' && !line.startsWith('==='));
const onPage = (html: string): string[] =>
  [...html.matchAll(/id="contact-\d+">\s*<div[^>]*><span[^>]*>([^<]+)</g)].map(([, shown = '']) => shown.trim());

/** Loads a page again and again, as one does while a site is away. */
async function insist(browser: Browser, path: string): Promise<Reply | undefined> {
  for (let tries = 0; tries < 40; tries += 1) {
    const reply = await visit(browser, { path }).catch(() => undefined);
    if (reply?.status === 200) return reply;
    browser.setting.count(`reading ${reply?.status ?? 'cut'}`);
    if (reply?.status === 302 || reply?.status === 303) await logIn(browser);
    await pause(browser.setting.random.between(20, 400));
  }
  return undefined;
}

async function logIn(browser: Browser): Promise<void> {
  const form = { login: browser.agent.email, password };
  for (let tries = 0; tries < 100; tries += 1) {
    const reply = await visit({ ...browser, cookie: '' }, { path: '/login', form }).catch(() => undefined);
    if (reply?.status === 303 && reply.cookie) {
      browser.cookie = reply.cookie;
      return;
    }
    await pause(browser.setting.random.between(50, 400));
  }
  throw new Error(`${browser.agent.email} cannot log in`);
}

/** One try of a visit, wherever it lands. */
export const visit = ({ setting, cookie, from }: Browser, what: Ask): Promise<Reply> =>
  ask(setting.random.pick(setting.urls), { ...what, cookie, from });
