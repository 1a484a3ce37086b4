import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createUser } from '../factories/users.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

test('a ban ends the session that is open in another browser', async () => {
  const user = await createUser(stage.house);
  const agent = await stage.open(user);
  const admin = await stage.open(await createUser(stage.house, { role: 'admin' }));
  await agent.goto('/cabinet/contacts');
  expect(new URL(agent.url()).pathname).toBe('/cabinet/contacts');

  await admin.goto('/admin/users');
  await admin.getByRole('link', { name: user.name, exact: true }).click();
  await admin.getByRole('button', { name: 'Закрыть доступ' }).first().click();
  const dialog = admin.getByRole('dialog');
  await dialog.getByLabel('Причина').fill('Сдавал выдуманные контакты');
  await dialog.getByRole('button', { name: 'Закрыть доступ' }).click();
  await admin.getByText('Доступ закрыт, сеансы завершены').waitFor();

  await agent.reload();
  await agent.waitForURL(/\/login/);
  await agent.getByLabel('Имя или почта').waitFor();
});

test('a job that is started by hand is seen to run', async () => {
  const admin = await stage.open(await createUser(stage.house, { role: 'admin' }));
  await admin.goto('/admin/jobs');
  const row = admin.getByRole('row', { name: 'Уборка сеансов' });
  await row.getByText('ещё не запускалось').waitFor();
  await row.getByRole('button', { name: 'Запустить' }).click();
  await row.getByText('успешно').waitFor();
  expect(await row.getByText('ещё не запускалось').count()).toBe(0);
});

test('language and theme are changed by a click and remembered', async () => {
  const user = await createUser(stage.house);
  const page = await stage.open(user);
  await page.goto('/cabinet');
  await page.locator('summary', { hasText: 'Меню пользователя' }).click();
  await page.getByRole('button', { name: 'Тёмное' }).click();
  await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('dark');
  await page.locator('summary', { hasText: 'Меню пользователя' }).click();
  await page.getByRole('button', { name: 'English' }).click();
  await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('en');
  await page.goto('/cabinet/contacts');
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  await page.getByRole('heading', { level: 1, name: 'My contacts' }).waitFor();

  // The language is the person's, on whatever machine; the theme is this browser's.
  const elsewhere = await stage.open(user);
  await elsewhere.goto('/cabinet');
  expect(await elsewhere.locator('html').getAttribute('lang')).toBe('en');
  expect(await elsewhere.locator('html').getAttribute('data-theme')).toBeNull();
});
