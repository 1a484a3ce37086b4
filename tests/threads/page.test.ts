import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createUser, password, type TestUser } from '../factories/users.ts';
import { launchBrowser } from '../support/browser.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { chatOf, messagesOf, reply, threadIdOf, write } from './talk.ts';

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
  await write(await house.as(alice), 'Здравствуйте').expect(303);
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

it('a message that the network lost is kept on the page and sent once when it is back', async () => {
  const page = await open(alice, await chatOf(house, alice), 390);
  let lost = 0;
  await page.route('**/cabinet/support/threads/*/messages', async (route) => {
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
  await page.goto(house.url + (await chatOf(house, alice)));
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

it('the keyboard goes through the inbox and acts on a thread, in Russian letters too; a ready answer comes by a slash', async () => {
  await house.database.db.cannedReply.create({ data: { title: 'Привет', text: 'Здравствуйте, {{person.name}}!' } });
  const dora = await createUser(house, { name: 'Dora' });
  await write(await house.as(dora), 'Есть вопрос').expect(303);
  const id = await threadIdOf(house, dora);
  const page = await open(bob, '/support?q=Dora', 1280);
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await bubble(page, 'Есть вопрос').waitFor();
  await page.evaluate(
    `document.dispatchEvent(new KeyboardEvent('keydown', { key: 'ф', code: 'KeyA', bubbles: true }))`,
  );
  await page.locator('.chat-event', { hasText: 'Bob берёт обращение себе' }).waitFor();
  await page.keyboard.press('r');
  await page.keyboard.type('/прив');
  await page.locator('.canned-list li').waitFor();
  await page.keyboard.press('Enter');
  expect(await page.inputValue('[name=text]')).toBe('Здравствуйте, Dora!');
  await page.keyboard.press('Control+Enter');
  await page.locator('.is-own .chat-sent').first().waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('c');
  await page.locator('.chat-event', { hasText: 'Bob закрывает обращение' }).waitFor();
  expect(await house.database.db.thread.findUnique({ where: { id } })).toMatchObject({
    status: 'closed',
    assigneeId: bob.id,
  });
  expect(faults).toEqual([]);
});

it('a draft outlives its page', async () => {
  const erik = await createUser(house, { name: 'Erik' });
  await write(await house.as(erik), 'Пишу впервые').expect(303);
  const id = await threadIdOf(house, erik);
  const page = await open(bob, `/support/threads/${id}`, 1280);
  const saved = page.waitForResponse((answer) => answer.url().endsWith('/draft'));
  await page.fill('[name=text]', 'Начал писать');
  expect((await saved).status()).toBe(204);
  await page.goto(`${house.url}/support`);
  await page.goto(`${house.url}/support/threads/${id}`);
  expect(await page.inputValue('[data-composer] [name=text]')).toBe('Начал писать');
});
