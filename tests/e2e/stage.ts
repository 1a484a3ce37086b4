import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect, vi } from 'vitest';
import type { TestUser } from '../factories/users.ts';
import { launchBrowser } from '../support/browser.ts';
import { complaintsOf } from '../support/complaints.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { signIn } from '../support/knock.ts';

// A journey is long, and may share two cores with another.
vi.setConfig({ testTimeout: 120_000 });

export type Stage = {
  house: TestHouse;
  /** A browser of one's own, logged in as this person, or a stranger's. It may complain of what the journey provokes, and of nothing else. */
  open(user: TestUser | null, options?: BrowserContextOptions, provoked?: RegExp): Promise<Page>;
  /** Closes the browsers of one journey, and fails if any of them complained. */
  clear(): Promise<void>;
  close(): Promise<void>;
};

/** As wide as the phones that most agents have. */
export const phoneScreen: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
};

/** The house with its jobs running, and real browsers in it. */
export async function openStage(): Promise<Stage> {
  const [house, browser] = await Promise.all([openTestHouse(), launchBrowser()]);
  await house.queue.work(() => house.ctx());
  const complaints: { of: string[]; provoked: RegExp | undefined }[] = [];
  return {
    house,
    async open(user, options = {}, provoked) {
      const page = await openPage(browser, house.url, user, options);
      complaints.push({ of: complaintsOf(page), provoked });
      return page;
    },
    async clear() {
      await Promise.all(browser.contexts().map((context) => context.close()));
      const all = complaints.splice(0).flatMap(({ of, provoked }) => of.filter((one) => !provoked?.test(one)));
      expect(all).toEqual([]);
    },
    async close() {
      await browser.close();
      await house.close();
    },
  };
}

async function openPage(
  browser: Browser,
  url: string,
  user: TestUser | null,
  options: BrowserContextOptions,
): Promise<Page> {
  const context = await browser.newContext({
    baseURL: url,
    locale: 'ru-RU',
    timezoneId: 'Europe/Moscow',
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
    ...options,
  });
  context.setDefaultTimeout(20_000);
  if (user) {
    const [name = '', value = ''] = (await signIn({ url }, user.email)).split('=');
    await context.addCookies([{ name, value, url }]);
  }
  return context.newPage();
}

/** Nothing sticks out to the side. */
export async function expectNoOverflow(page: Page): Promise<void> {
  const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  expect(wide, `${new URL(page.url()).pathname} is wider than the screen by`).toBe(0);
}

/** The number in a text such as `1 234 контакта`. */
export const numberIn = (text: string | null): number => Number((text ?? '').replace(/[^\d]/g, ''));
