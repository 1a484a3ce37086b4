import { readFile } from 'node:fs/promises';
import ExcelJS from 'exceljs';
import type { Download, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { pixel } from '../factories/files.ts';
import { oldSheet, phone, workbook } from '../factories/imports.ts';
import { createUser } from '../factories/users.ts';
import { lettersTo } from '../support/letters.ts';
import { numberIn, openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

const phones = Array.from({ length: 60 }, (_, n) => phone(n));

test('the round: workbook, registration, contacts, a lead with a screenshot, a decision, and numbers that add up', async () => {
  const admin = await stage.open(await createUser(stage.house, { role: 'admin', name: 'boss' }));
  await importWorkbook(admin);
  const agent = await stage.open(null);
  await register(agent, 'masha');
  await approve(admin, 'masha');
  // The page on which she waited opens by itself.
  await agent.getByRole('heading', { name: 'Здравствуйте, masha' }).waitFor();
  const taken = await takeAll(agent);
  expect(taken).toHaveLength(35);
  expect(phones).toEqual(expect.arrayContaining(taken));
  await reportFirst(agent);
  await decideByKeyboard(admin);
  await numbersAgree(agent, admin, taken.length);
});

async function importWorkbook(admin: Page): Promise<void> {
  const buffer = await workbook([
    oldSheet('Вотсап', [...phones, phones[3] ?? '']),
    oldSheet('Тг', ['@first_nick', 't.me/second_nick']),
  ]);
  await admin.goto('/admin/imports/new');
  await admin
    .getByLabel('Файл с контактами')
    .setInputFiles({ name: 'базы.xlsx', mimeType: 'application/octet-stream', buffer });
  await admin.getByRole('button', { name: 'Посмотреть файл' }).click();
  await admin.getByRole('heading', { name: 'Лист «Вотсап»' }).waitFor();
  expect(await selected(admin, 'База')).toEqual(['WhatsApp', 'Telegram']);
  await admin.getByRole('button', { name: /Загрузить/ }).click();
  await admin.getByText('у каждой строки есть вердикт').waitFor();
  expect(numberIn(await admin.locator('.stat-tile', { hasText: 'Создано' }).textContent())).toBe(62);
  expect(numberIn(await admin.locator('.stat-tile', { hasText: 'Повтор в файле' }).textContent())).toBe(1);
}

async function selected(page: Page, label: string): Promise<string[]> {
  const chosen = page.getByLabel(label, { exact: true }).locator('option:checked');
  return (await chosen.allTextContents()).map((text) => text.trim());
}

async function register(agent: Page, name: string): Promise<void> {
  const email = `${name}@example.com`;
  await agent.goto('/register');
  await agent.getByLabel('Имя в системе').fill(name);
  await agent.getByLabel('Электронная почта').fill(email);
  await agent.getByLabel('Пароль', { exact: true }).fill('длинная фраза из слов');
  await agent.getByLabel('Даю согласие').check();
  await agent.getByRole('button', { name: 'Зарегистрироваться' }).click();
  await agent.getByRole('heading', { name: 'Проверьте почту' }).waitFor();
  await expect.poll(() => lettersTo(stage.house.outbox, email), { timeout: 20_000 }).toHaveLength(1);
  const [letter] = await lettersTo(stage.house.outbox, email);
  await agent.goto(letter?.link ?? '');
  await agent.getByRole('button', { name: 'Подтвердить адрес' }).click();
  await agent.getByLabel('Имя или почта').fill(name);
  await agent.getByLabel('Пароль', { exact: true }).fill('длинная фраза из слов');
  await agent.getByRole('button', { name: 'Войти' }).click();
  await agent.getByText('Теперь слово за администратором').waitFor();
}

async function approve(admin: Page, name: string): Promise<void> {
  await admin.goto('/admin');
  await admin.getByRole('link', { name: 'заявка на регистрацию' }).first().click();
  await admin.getByRole('link', { name, exact: true }).click();
  await admin.getByRole('button', { name: 'Одобрить' }).click();
  await admin.getByText('Заявка одобрена, письмо отправлено').waitFor();
}

/** Takes all that is allowed, copies all with one button, and returns what is in the clipboard. */
async function takeAll(agent: Page): Promise<string[]> {
  await agent.goto('/cabinet');
  await agent.getByRole('link', { name: 'Получить контакты' }).first().click();
  await agent.locator('.panel', { hasText: 'WhatsApp' }).getByRole('button', { name: 'Получить' }).click();
  await agent.getByRole('heading', { name: 'Выдача: WhatsApp' }).waitFor();
  await agent.getByRole('button', { name: 'Скопировать все: 35' }).click();
  const copied = agent.getByRole('button', { name: 'Скопировано', exact: true });
  await copied.locator('use[href$="#check"]').waitFor({ state: 'attached' });
  await agent.getByText('скопирован').first().waitFor();
  return (await agent.evaluate<string>('navigator.clipboard.readText()')).split('\n');
}

async function reportFirst(agent: Page): Promise<void> {
  await agent.getByRole('link', { name: 'К моим контактам' }).click();
  await agent.getByRole('link', { name: 'Сдать лид' }).first().click();
  await agent.getByText('База', { exact: true }).waitFor();
  await agent
    .locator('input[type=file][name=files]')
    .setInputFiles({ name: 'экран.png', mimeType: 'image/png', buffer: pixel });
  await agent.getByLabel('Комментарий').fill('Ждёт звонка завтра');
  await agent.getByRole('button', { name: 'Сдать' }).click();
  await agent.getByText('Сдан 1 лид').waitFor();
}

async function decideByKeyboard(admin: Page): Promise<void> {
  await admin.goto('/admin/leads/queue');
  await admin.getByText('Ждёт звонка завтра').waitFor();
  await expect
    .poll(() => admin.evaluate(`document.querySelector('[data-zoom] img')?.naturalWidth ?? 0`))
    .toBeGreaterThan(0);
  await admin.keyboard.press('KeyA');
  await admin.getByText('Всё проверено').waitFor();
}

async function numbersAgree(agent: Page, admin: Page, issued: number): Promise<void> {
  await agent.goto('/cabinet/leads');
  await agent.getByText('Принят', { exact: true }).first().waitFor();
  const tile = (page: Page, text: string) => page.locator('.stat-tile', { hasText: text });
  expect(numberIn(await tile(agent, 'Сегодня').locator('.stat-value').textContent())).toBe(1);
  expect(await tile(agent, 'Доля принятых').textContent()).toContain('1 из 1');

  await admin.goto('/admin');
  const today = admin.locator('main table tbody tr').first();
  expect((await today.locator('td').allTextContents()).map((text) => text.trim()).slice(1, 5)).toEqual([
    String(issued),
    '1',
    expect.anything(),
    '1',
  ]);

  await admin.goto('/admin/leads/stats');
  const masha = admin.locator('tr', { hasText: 'masha' });
  const cells = (await masha.locator('td').allTextContents()).map((text) => text.trim());
  expect(cells.slice(1, 7)).toEqual(['1', '1', '1', '1', '0', '1']);

  await admin.goto('/admin/leads');
  await admin.getByText('Выгрузить').click();
  const [download] = await Promise.all([
    admin.waitForEvent('download'),
    admin.getByRole('link', { name: 'По листам на тип' }).click(),
  ]);
  const rows = await rowsOf(download, 'WhatsApp');
  expect(rows).toHaveLength(2);
  expect(rows[1]?.join(' ')).toContain('masha');
}

async function rowsOf(download: Download, sheet: string): Promise<string[][]> {
  const book = new ExcelJS.Workbook();
  await book.xlsx.load((await readFile(await download.path())).buffer as ArrayBuffer);
  const rows: string[][] = [];
  book.getWorksheet(sheet)?.eachRow((row) => {
    rows.push((row.values as unknown[]).slice(1).map(String));
  });
  return rows;
}
