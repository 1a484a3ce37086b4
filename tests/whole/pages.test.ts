import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routeSpecs } from '../../src/routes.ts';
import { type Crawl, crawl, type Page } from '../support/crawl.ts';
import { type DemoHouse, type DemoRole, openDemoHouse } from '../support/demo.ts';
import { anchorFaults, formFaults, markupFaults, wordFaults } from '../support/page-rules.ts';
import type { Visitor } from '../support/visitor.ts';

type Role = DemoRole | 'stranger';

const homes: Record<Role, string[]> = {
  stranger: ['/', '/register'],
  pending: ['/'],
  agent: ['/'],
  support: ['/'],
  admin: ['/'],
};
const roles = Object.keys(homes) as Role[];

let house: DemoHouse;
const crawls = new Map<Role, Crawl>();

beforeAll(async () => {
  house = await openDemoHouse();
});
afterAll(() => house.close());

const enter = async (role: Role): Promise<Visitor> => (role === 'stranger' ? house.visitor() : house.asDemo(role));

/** One page of each route: the first that was met. */
function onePerRoute(pages: Page[]): Page[] {
  return [...new Map(pages.toReversed().map((page) => [page.route, page])).values()];
}

describe.each(roles)('on the demo, every page that %s can reach', (role) => {
  it('answers, and so does every link on it', async () => {
    const found = await crawl(await enter(role), homes[role], { pages: 300, perKind: 3 });
    crawls.set(role, found);
    expect(found.pages.length).toBeGreaterThan(role === 'stranger' ? 3 : 2);
    expect(found.faults).toEqual([]);
  });

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

// Reached from a letter, or after a form is sent.
const unlinked = ['/confirmation', '/email-change', '/password-reset/new', '/password-reset/sent', '/register/sent'];

describe('every page of the house', () => {
  it('can be reached by links from where a person begins', () => {
    const reached = new Set([...crawls.values()].flatMap(({ pages }) => pages.map(({ route }) => route)));
    const lost = routeSpecs().filter(({ method, path }) => method === 'get' && !reached.has(path));
    expect(lost.map(({ path }) => path).filter((path) => !unlinked.includes(path))).toEqual([]);
  });
});
