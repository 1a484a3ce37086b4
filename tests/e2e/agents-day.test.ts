import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { baseOf, fillBase } from '../factories/bases.ts';
import { pixel } from '../factories/files.ts';
import { createUser } from '../factories/users.ts';
import { expectNoOverflow, openStage, phoneScreen, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

const picture = { name: 'экран.png', mimeType: 'image/png', buffer: pixel };

test('an agent works a whole day on a phone, and nothing sticks out of the screen', async () => {
  const { house } = stage;
  await fillBase(house, await baseOf(house, 'whatsapp', { limit: 5 }), 20);
  const user = await createUser(house);
  const page = await stage.open(user, phoneScreen);
  const at = async (path: string): Promise<void> => {
    await page.goto(path);
    await expectNoOverflow(page);
  };
  await at('/cabinet');
  await at('/cabinet/contacts/new');
  await page.locator('.panel', { hasText: 'WhatsApp' }).getByRole('button', { name: 'Получить' }).tap();
  await page.getByRole('button', { name: 'Скопировать все: 5' }).tap();
  await expectNoOverflow(page);
  await page.getByRole('link', { name: 'К моим контактам' }).tap();
  await page.getByRole('heading', { level: 1, name: 'Мои контакты' }).waitFor();
  await expectNoOverflow(page);
  await page.getByRole('button', { name: 'Отказ' }).first().tap();
  await page.locator('button[aria-pressed=true]', { hasText: 'Отказ' }).waitFor();
  expect(await house.database.db.contact.count({ where: { agentId: user.id, outcome: 'refused' } })).toBe(1);

  await page.getByRole('link', { name: 'Сдать лид' }).last().tap();
  await page.getByText('База', { exact: true }).waitFor();
  await page.locator('input[type=file][name=files]').setInputFiles(picture);
  await expectNoOverflow(page);
  await page.getByRole('button', { name: 'Сдать' }).tap();
  await page.getByText('Сдан 1 лид').waitFor();
  await expectNoOverflow(page);
  const lead = await house.database.db.lead.findFirstOrThrow({ where: { agentId: user.id } });
  expect(lead.source).toBe('base');
  for (const path of [`/cabinet/leads/${lead.id}`, '/cabinet/limits', '/cabinet/support', '/account']) await at(path);
});

test('a lead is reported without JavaScript', async () => {
  const { house } = stage;
  const user = await createUser(house);
  const page = await stage.open(user, { javaScriptEnabled: false });
  await page.goto('/cabinet/leads/new');
  await page.getByLabel('Контакты').fill('8 (900) 000-12-34');
  await page.locator('input[type=file][name=files]').setInputFiles(picture);
  await page.getByRole('button', { name: 'Сдать' }).click();
  await page.getByText('Сдан 1 лид').waitFor();
  const lead = await house.database.db.lead.findFirstOrThrow({ where: { agentId: user.id }, include: { files: true } });
  expect(lead).toMatchObject({ key: '+79000001234', source: 'self', status: 'pending' });
  expect(lead.files).toHaveLength(1);
});
