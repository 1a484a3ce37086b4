import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createUser, password, type TestUser } from '../factories/users.ts';
import { launchBrowser } from '../support/browser.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { messagesOf, reply, threadIdOf, write } from './talk.ts';

// Two browsers on a busy machine take their time.
vi.setConfig({ testTimeout: 60_000 });

let house: TestHouse;
let browser: Browser;
let alice: TestUser;
let bob: TestUser;
const faults: string[] = [];

beforeAll(async () => {
  [house, browser] = await Promise.all([openTestHouse(), launchBrowser()]);
  alice = await createUser(house, { name: 'Alice' });
  bob = await createUser(house, { name: 'Bob', role: 'support' });
});
afterAll(async () => {
  await browser.close();
  await house.close();
});

async function open(person: TestUser, path: string, width: number): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 800 }, locale: 'ru' });
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource|ERR_/.test(message.text())) faults.push(message.text());
  });
  await page.goto(`${house.url}/login?next=${path}`);
  await page.fill('[name=login]', person.email);
  await page.fill('[name=password]', password);
  await page.click('form[action="/login"] button[type=submit]');
  await page.waitForURL(`${house.url}${path}`);
  return page;
}

const bubble = (page: Page, text: string) => page.locator('[data-message] .chat-text', { hasText: text });

it('two pages talk without a reload: messages, read marks, badge and queue', async () => {
  const person = await open(alice, '/cabinet/support', 390);
  const queue = await open(bob, '/support', 1280);

  await person.fill('[name=text]', 'Здравствуйте! Не вижу контактов.');
  await person.press('[name=text]', 'Control+Enter');
  await bubble(person, 'Не вижу контактов').waitFor();
  await queue.locator('.queue-line.is-unread', { hasText: 'Не вижу контактов' }).waitFor();
  await queue.locator('.sidebar [data-badge="/support"]:visible', { hasText: '1' }).waitFor();

  await queue.click('.queue-line');
  await bubble(queue, 'Не вижу контактов').waitFor();
  await person.locator('.is-own.is-read').waitFor();
  await queue.fill('[name=text]', 'Сейчас посмотрю.');
  await queue.click('.chat-send');
  await bubble(person, 'Сейчас посмотрю').waitFor();
  await queue.locator('.is-own.is-read', { hasText: 'Сейчас посмотрю' }).waitFor();
  await person.locator('.tabbar [data-badge="/cabinet/support"]').waitFor({ state: 'hidden' });
  expect(await person.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  expect(faults).toEqual([]);
});

it('a message that the network lost is kept on the page and sent once when it is back', async () => {
  const page = await open(alice, '/cabinet/support', 390);
  let lost = 0;
  await page.route('**/cabinet/support/messages', async (route) => {
    lost += 1;
    if (lost > 1) return route.continue();
    // The server gets it, the answer is lost.
    await route.fetch();
    await route.abort();
  });
  await page.fill('[name=text]', 'Дойдёт один раз');
  await page.click('.chat-send');
  await page.click('[data-retry]');
  await page.locator('.is-pending').waitFor({ state: 'detached' });
  const sent = await messagesOf(house, await threadIdOf(house, alice));
  expect(sent.filter(({ text }) => text === 'Дойдёт один раз')).toHaveLength(1);
  expect(await bubble(page, 'Дойдёт один раз').count()).toBe(1);
});

it('where the stream fails the page asks by itself, and gets the answer too', async () => {
  const page = await open(alice, '/cabinet', 390);
  await page.route('**/cabinet/support/events*', (route) => route.abort());
  await page.clock.install();
  await page.goto(`${house.url}/cabinet/support`);
  await reply(house, await house.as(bob), await threadIdOf(house, alice), 'Без потока');
  await page.clock.runFor(60_000);
  await bubble(page, 'Без потока').waitFor();
});

it('an answer that crossed a colleague’s is not sent: the colleague’s appears, the text stays, a second press sends', async () => {
  const carol = await createUser(house, { name: 'Carol' });
  await write(await house.as(carol), 'Кто мне ответит?').expect(303);
  const id = await threadIdOf(house, carol);
  const page = await open(bob, `/support/threads/${id}`, 1280);
  // The page does not hear of the colleague: it is cut off until its own answer goes.
  let cut = true;
  await page.route('**/messages?after=*', (route) => (cut ? route.abort() : route.continue()));
  await page.route('**/messages', (route) => {
    cut = false;
    return route.continue();
  });
  const boris = await house.as(await createUser(house, { name: 'Boris', role: 'support' }));
  await reply(house, boris, id, 'Я отвечу');
  await page.fill('[name=text]', 'И я отвечу');
  await page.click('.chat-send');
  await page.locator('[data-chat-error]', { hasText: 'ответ отправил(а) Boris' }).waitFor();
  await bubble(page, 'Я отвечу').waitFor();
  expect(await page.inputValue('[name=text]')).toBe('И я отвечу');
  await page.click('.chat-send');
  await page.locator('.is-own', { hasText: 'И я отвечу' }).locator('.chat-sent, .chat-seen').first().waitFor();
  expect((await messagesOf(house, id)).map(({ text }) => text)).toEqual(['Кто мне ответит?', 'Я отвечу', 'И я отвечу']);
});
