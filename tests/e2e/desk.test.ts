import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { createUser } from '../factories/users.ts';
import { expectNoOverflow, openStage, phoneScreen, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

const said = (page: Page, text: string) => page.locator('[data-message]', { hasText: text });
const happened = (page: Page, text: string) => page.locator('.chat-event', { hasText: text });

test('a person on a phone and two operators at once: nobody reloads, nobody answers twice, and all see what was done', async () => {
  const { house } = stage;
  const [alice, bob, vera] = await Promise.all([
    createUser(house, { name: 'Alice' }),
    createUser(house, { name: 'Bob', role: 'support' }),
    createUser(house, { name: 'Vera', role: 'support' }),
  ]);
  const [person, first, second] = await Promise.all([
    stage.open(alice, phoneScreen),
    stage.open(bob, {}, /status of 503/),
    stage.open(vera, {}, /status of 422/),
  ]);

  await Promise.all([first.goto('/support'), second.goto('/support'), person.goto('/cabinet/support')]);
  await person.getByRole('link', { name: 'Контакты и лимиты' }).click();
  await person.fill('[name=text]', 'Здравствуйте! Не вижу контактов.');
  await person.click('.chat-send');
  await said(person, 'Не вижу контактов').waitFor();
  await expectNoOverflow(person);
  for (const operator of [first, second]) {
    await operator.locator('.queue-line.is-unread', { hasText: 'Не вижу контактов' }).waitFor();
    await operator.locator('.sidebar [data-badge="/support"]:visible', { hasText: '1' }).waitFor();
  }
  // Read by one is read for all.
  for (const operator of [first, second]) {
    await operator.click('.queue-line');
    await said(operator, 'Не вижу контактов').waitFor();
    await operator.waitForLoadState();
  }
  await person.locator('.is-own.is-read').waitFor();

  await first.keyboard.press('a');
  await first.getByRole('button', { name: 'Взять себе' }).waitFor({ state: 'detached' });
  await happened(second, 'Bob берёт обращение себе').waitFor();
  await second.locator('[data-fresh=desk]', { hasText: 'Bob' }).waitFor();

  await keepsWhatWasRefused(first);
  await second.locator('[data-viewers]', { hasText: 'Bob печатает' }).waitFor();
  await person.locator('[data-viewers]', { hasText: 'Поддержка печатает' }).waitFor();
  await second.fill('#chat-text', 'Добавили, обновите страницу.');
  await first.locator('[data-viewers]', { hasText: 'Vera печатает' }).waitFor();

  await crossing(first, second);
  await said(person, 'Контакты уже в кабинете').waitFor();
  await first.locator('.is-own.is-read', { hasText: 'Контакты уже в кабинете' }).waitFor();

  await first.locator('.is-own [data-change]').last().click();
  await first.fill('[data-change-edit] textarea', 'Контакты уже в кабинете, раздел «Мои контакты».');
  await first.click('[data-change-edit] button');
  await said(person, 'раздел «Мои контакты»').locator('.chat-edited').waitFor();
  expect(await person.content()).not.toContain('data-change-form');

  await mentions(first, second);
  await changesNote(first, second);
  await closesAndRates(first, person);
  await movesOnBoard(second);
  const phone = await stage.open(bob, phoneScreen);
  await foldsFilters(phone);
  await sweepsColumns(phone);
  await carriesByTouch(phone);
});

/** A draft that the server would not take goes again with the next letters. */
async function keepsWhatWasRefused(page: Page): Promise<void> {
  let refused = 0;
  await page.route('**/draft', (route) => {
    refused += 1;
    return refused === 1 ? route.fulfill({ status: 503, body: '' }) : route.continue();
  });
  const first = page.waitForResponse((one) => one.url().endsWith('/draft') && one.status() === 503);
  await page.fill('#chat-text', 'Контакты уже');
  await first;
  const second = page.waitForResponse((one) => one.url().endsWith('/draft') && one.status() === 204);
  await page.fill('#chat-text', 'Контакты уже в кабинете.');
  await second;
  const drafts = await stage.house.database.db.threadDraft.findMany();
  expect(drafts.map(({ text }) => text)).toEqual(['Контакты уже в кабинете.']);
}

/** One answers while the other writes: the other's page has not heard of it, and the other learns of it before his answer goes. */
async function crossing(first: Page, second: Page): Promise<void> {
  let cut = true;
  await second.route('**/messages?after=*', (route) =>
    cut ? route.fulfill({ status: 204, body: '' }) : route.continue(),
  );
  await first.press('#chat-text', 'Control+Enter');
  // One tick or two: the person's page may have it before we look.
  await first.locator('.is-own :is(.chat-sent, .chat-delivered, .chat-seen):visible').first().waitFor();
  await second.route('**/messages', (route) => {
    cut = false;
    return route.continue();
  });
  await second.click('.chat-send');
  await second.locator('[data-chat-error]', { hasText: 'ответ отправил(а) Bob' }).waitFor();
  await said(second, 'Контакты уже в кабинете').waitFor();
  expect(await second.inputValue('#chat-text')).toBe('Добавили, обновите страницу.');
  await second.fill('#chat-text', '');
  expect(await stage.house.database.db.message.count({ where: { fromStaff: true, authorId: { not: null } } })).toBe(1);
}

async function mentions(first: Page, second: Page): Promise<void> {
  await first.keyboard.press('n');
  await first.keyboard.type('Посмотри, @ve');
  await first.locator('.has-suggestions [role=option]', { hasText: 'Vera' }).waitFor();
  await first.keyboard.press('Enter');
  await first.keyboard.press('Control+Enter');
  // Its own page is drawn anew by the form; what it hears live may come before.
  await first.getByText('Заметка записана').waitFor();
  // Until its scripts are there, the link to change a note leads to a page of its own.
  await first.waitForLoadState();
  await first.locator('.chat-mention', { hasText: '@Vera' }).waitFor();
  await second.locator('.chat-mention', { hasText: '@Vera' }).waitFor();
  await second.locator('.sidebar [data-badge="/notifications"]:visible', { hasText: '1' }).waitFor();
}

/** A note that is changed shows colleagues what it said, on the author's page as on theirs. */
async function changesNote(first: Page, second: Page): Promise<void> {
  await first.locator('.is-note [data-change]').click();
  await first.fill('.is-note [data-change-edit] textarea', '@Vera, посмотри завтра');
  await first.click('.is-note [data-change-edit] button');
  for (const page of [first, second]) {
    await page.locator('.is-note', { hasText: 'посмотри завтра' }).locator('details').waitFor();
    expect(await page.locator('.is-note details').textContent()).toContain('Посмотри, @Vera');
  }
}

/** What may be done with the thread follows what happens to it, whoever did it. */
async function closesAndRates(operator: Page, person: Page): Promise<void> {
  const acts = operator.locator('[data-fresh=acts]');
  // With the keyboard out, the conversation is longer than the screen.
  await person.setViewportSize({ width: 390, height: 500 });
  await operator.keyboard.press('c');
  await operator.getByText('Обращение закрыто').first().waitFor();
  await operator.waitForLoadState();
  await acts.getByRole('button', { name: 'Открыть снова' }).waitFor();
  await person.getByText('Вопрос решён?').waitFor();
  // All of it, above what stays at the foot of the screen.
  const box = (place: string) => `document.querySelector('${place}').getBoundingClientRect()`;
  const gap = () => person.evaluate<number>(`${box('.chat-composer')}.top - ${box('[data-fresh=rating]')}.bottom`);
  await expect.poll(gap).toBeGreaterThan(-1);
  await person.fill('#chat-text', 'Вижу, спасибо!');
  await person.click('.chat-send');
  await acts.getByRole('button', { name: 'Закрыть' }).waitFor();
  await said(operator, 'Вижу, спасибо').waitFor();
  await operator.keyboard.press('c');
  await acts.getByRole('button', { name: 'Открыть снова' }).waitFor();
  await person.locator('[name=rating][value="5"]').check();
  await person.fill('[name=word]', 'Быстро');
  await person.getByRole('button', { name: 'Оценить' }).click();
  await person.getByText('Спасибо за оценку').first().waitFor();
  await operator.locator('[data-fresh=desk]', { hasText: '5 из 5' }).waitFor();
}

async function movesOnBoard(page: Page): Promise<void> {
  await page.goto('/support/board');
  await page.dragAndDrop('[data-column=closed] [data-card]', '[data-column=open]');
  await page.locator('[data-column=open] [data-card]', { hasText: 'Alice' }).waitFor();
  await page.locator('[data-column=open]').getByRole('button', { name: 'Закрыть' }).click();
  await page.locator('[data-column=closed] [data-card]', { hasText: 'Alice' }).waitFor();
  const { status } = await stage.house.database.db.thread.findFirstOrThrow();
  expect(status).toBe('closed');
}

/** On a phone the filters stand behind one button, which says how many are set. */
async function foldsFilters(page: Page): Promise<void> {
  await page.goto('/support?status=closed');
  const status = page.locator('[name=status]');
  expect(await status.isVisible()).toBe(false);
  await page.locator('summary', { hasText: 'Фильтры (1)' }).click();
  await status.selectOption('');
  await page.locator('summary', { hasText: /Фильтры$/ }).waitFor();
  // Who has set one filter mostly sets another.
  await status.waitFor();
  await expectNoOverflow(page);
}

/** On a phone a column is no longer than the screen; how far it was swept stays when something happens. */
async function sweepsColumns(page: Page): Promise<void> {
  const { id } = await createUser(stage.house, { name: 'Carol' });
  await stage.house.database.sql.run(q`
    INSERT INTO threads (person_id, created_at, waiting_since) SELECT ${id}::int, now(), now() FROM generate_series(1, 12)`);
  await page.goto('/support/board');
  const column = `document.querySelector('[data-column=open]')`;
  expect(await page.evaluate(`innerHeight > ${column}.clientHeight`)).toBe(true);
  await page.evaluate(`Object.assign(${column}, { scrollTop: 200, id: 'before' })`);
  await page.evaluate(`document.dispatchEvent(new CustomEvent('live:again', { detail: {} }))`);
  await page.locator('#before').waitFor({ state: 'detached' });
  expect(await page.evaluate(`${column}.scrollTop`)).toBe(200);
}

/** A long press lifts a card; carried to the edge of the screen it reaches columns that are out of sight. */
async function carriesByTouch(page: Page): Promise<void> {
  await page.goto('/support/board');
  const touch = await page.context().newCDPSession(page);
  const finger = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...touchPoints: { x: number; y: number }[]) =>
    touch.send('Input.dispatchTouchEvent', { type, touchPoints });
  const card = page.locator('[data-column=closed] [data-card]', { hasText: 'Alice' });
  await card.scrollIntoViewIfNeeded();
  const { x, y } = (await card.locator('.board-text').boundingBox()) ?? { x: 0, y: 0 };
  await finger('touchStart', { x: x + 9, y: y + 9 });
  await page.locator('.board-shadow').waitFor();
  await finger('touchMove', { x: 5, y: y + 300 });
  await page.locator('[data-column=open].is-target').waitFor();
  await finger('touchEnd');
  await page.locator('[data-column=open] [data-card]', { hasText: 'Alice' }).waitFor();
  expect(await page.locator('.board-shadow').count()).toBe(0);
  expect(page.url()).toContain('/support/board');
}
