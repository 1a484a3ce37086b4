import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routeSpecs } from '../../src/routes.ts';
import { axeFaults, axeFaultsByNight } from '../support/axe.ts';
import { launchBrowser } from '../support/browser.ts';
import { complaintsOf } from '../support/complaints.ts';
import { type Crawl, crawl, type Page } from '../support/crawl.ts';
import { type DemoHouse, type DemoRole, demoPeople, openDemoHouse } from '../support/demo.ts';
import { anchorFaults, formFaults, markupFaults, wordFaults } from '../support/page-rules.ts';
import type { Visitor } from '../support/visitor.ts';

type Role = DemoRole | 'stranger';

// What a letter or a sent form leads to; everything else must be found by links.
const unlinked = ['/confirmation', '/email-change', '/password-reset/new', '/password-reset/sent', '/register/sent'];
// Switched on, so that its pages are there; nobody talks to Telegram without a worker.
const bot = { TELEGRAM_MODE: 'polling', TELEGRAM_BOT_TOKEN: '1:invented' };
const patience = 120_000;
const roles: Role[] = ['stranger', 'unconfirmed', 'pending', 'agent', 'support', 'admin'];

let house: DemoHouse;
let browser: Browser;
let begins: Partial<Record<Role, string[]>>;
const crawls = new Map<Role, Crawl>();

beforeAll(async () => {
  [house, browser] = await Promise.all([openDemoHouse(new Date(), bot), launchBrowser()]);
  const { id } = await house.database.db.issuance.findFirstOrThrow({
    where: { agent: { name: demoPeople.agent } },
    orderBy: { id: 'desc' },
  });
  const said = await saySomething();
  begins = {
    stranger: ['/', ...unlinked],
    agent: ['/', `/cabinet/issuances/${id}`],
    support: [`/support/threads/${said.thread}`, '/'],
    // Where the bell leads to.
    admin: ['/', `/support/notes/${said.note}`],
  };
});
afterAll(async () => {
  await browser.close();
  await house.close();
});

/** What can be changed for five minutes only, and a colleague who is called. */
async function saySomething(): Promise<{ thread: number; note: number }> {
  const { db } = house.database;
  const agent = await db.user.findFirstOrThrow({ where: { name: demoPeople.agent } });
  const { id } = await db.thread.findFirstOrThrow({
    where: { personId: agent.id, archivedAt: null },
    orderBy: { id: 'desc' },
  });
  const [person, staff] = [await house.asDemo('agent'), await house.asDemo('support')];
  const said = (text: string) => ({ requestId: crypto.randomUUID(), text });
  await person.post(`/cabinet/support/threads/${id}/messages`, said('Ещё вопрос')).expect(303);
  const last = await db.message.findFirstOrThrow({ where: { threadId: id }, orderBy: { id: 'desc' } });
  const answer = { ...said('Уже смотрю'), lastSeenMessageId: last.id };
  await staff.post(`/support/threads/${id}/messages`, answer).expect(303);
  const note = { requestId: crypto.randomUUID(), note: `@${demoPeople.admin} посмотри, пожалуйста` };
  await staff.post(`/support/threads/${id}/notes`, note).expect(303);
  await house.drain();
  const noted = await db.threadEvent.findFirstOrThrow({
    where: { threadId: id, kind: 'note' },
    orderBy: { id: 'desc' },
  });
  return { thread: id, note: noted.id };
}

const enter = async (role: Role): Promise<Visitor> => (role === 'stranger' ? house.visitor() : house.asDemo(role));

/** One page of each route: the first that was met. */
function onePerRoute(pages: Page[]): Page[] {
  return [...new Map(pages.toReversed().map((page) => [page.route, page])).values()];
}

describe.each(roles)('on the demo, every page that %s can reach', (role) => {
  it(
    'answers, and so does every link on it',
    async () => {
      const found = await crawl(await enter(role), begins[role] ?? ['/'], { pages: 300, perKind: 2 });
      crawls.set(role, found);
      expect(found.pages.length).toBeGreaterThan(2);
      expect(found.faults).toEqual([]);
    },
    patience,
  );

  it('is titled as it is headed, and says nothing that only a program says', () => {
    expect(crawls.get(role)?.pages.flatMap(wordFaults)).toEqual([]);
  });

  it('leads to what is on it', () => {
    expect(crawls.get(role)?.pages.flatMap(anchorFaults)).toEqual([]);
  });

  it('has forms that can be sent, to routes that take them', () => {
    expect(crawls.get(role)?.pages.flatMap(formFaults)).toEqual([]);
  });

  it('is valid HTML', async () => {
    const faults = await Promise.all(onePerRoute(crawls.get(role)?.pages ?? []).map(markupFaults));
    expect(faults.flat()).toEqual([]);
  });

  it('speaks English too', async () => {
    const visitor = await enter(role);
    await visitor.post('/locale', { locale: 'en', back: '/' }).expect(303);
    const start = onePerRoute(crawls.get(role)?.pages ?? []).map(({ path }) => path);
    const english = await crawl(visitor, start, { pages: start.length, perKind: 1 });
    await visitor.post('/locale', { locale: 'ru', back: '/' }).expect(303);
    expect(english.faults).toEqual([]);
    expect(english.pages.flatMap(wordFaults)).toEqual([]);
    expect(english.pages.filter(({ html }) => !html.includes('<html lang="en"')).map(({ path }) => path)).toEqual([]);
  });
});

describe.each(roles)('in a browser, one page of each kind that %s can reach', (role) => {
  it(
    'is open to everybody and breaks no rule of the browser, by day and in part by night',
    async () => {
      const context = await browser.newContext({ baseURL: house.url, colorScheme: 'light', reducedMotion: 'reduce' });
      if (role !== 'stranger') await context.addCookies([await house.demoCookie(role)]);
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      const faults: string[] = [];
      for (const { path, byNight } of sampleOf(role)) {
        faults.push(...(await axeFaults(page, house.url + path)));
        if (byNight) faults.push(...(await axeFaultsByNight(page)));
      }
      await context.close();
      expect(faults).toEqual([]);
      expect(complaints).toEqual([]);
    },
    patience,
  );
});

// Every kind for the first role that meets it; of those every third by night too, since all colours come from the same few.
const looked = new Set<string>();
function sampleOf(role: Role): { path: string; byNight: boolean }[] {
  const pages = onePerRoute(crawls.get(role)?.pages ?? []);
  const fresh = pages.filter(({ route }, n) => n === 0 || !looked.has(route));
  for (const { route } of fresh) looked.add(route);
  const sample = fresh.map(({ path }, n) => ({ path, byNight: n % 3 === 0 }));
  return role === 'stranger' ? [{ path: '/dev/components', byNight: true }, ...sample] : sample;
}

// Parts of pages, asked for by the page's own script; and files of which the demo has none.
const unseen = /\/(events|messages|viewing|progress|unread|drafts\/:fileId)$|^\/(cabinet\/)?support\/.*files\/:fileId$/;

describe('every page of the house', () => {
  it('can be reached by links from where a person begins', () => {
    const reached = new Set([...crawls.values()].flatMap((found) => [...found.reached]));
    const pages = routeSpecs().filter(({ method, path }) => method === 'get' && !unseen.test(path));
    expect(pages.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([]);
  });
});
