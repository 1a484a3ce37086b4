import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { baseOf, fillBase } from '../factories/bases.ts';
import { oldSheet, phone, workbook } from '../factories/imports.ts';
import { createUser } from '../factories/users.ts';
import { numberIn, openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

test('an agent who has taken all asks for more, gets it and takes that too', async () => {
  const { house } = stage;
  const base = await baseOf(house, 'viber', { limit: 5 });
  await fillBase(house, base, 30);
  const user = await createUser(house);
  const agent = await stage.open(user);
  const admin = await stage.open(await createUser(house, { role: 'admin' }));
  const card = agent.locator('.panel', { hasText: base.name });

  await agent.goto('/cabinet/contacts/new');
  await card.getByRole('button', { name: 'Получить' }).click();
  await agent.getByText('5 контактов').first().waitFor();
  await agent.goto('/cabinet/contacts/new');
  await card.getByRole('link', { name: 'Попросить ещё' }).click();
  await agent.getByLabel('Сколько ещё контактов').fill('7');
  await agent.getByLabel('Зачем').fill('Обзвонил всё, есть время до вечера');
  await agent.getByRole('button', { name: 'Отправить заявку' }).click();
  await agent.getByText('Заявка отправлена').waitFor();

  await admin.goto('/admin/limits');
  const request = admin.locator('.panel', { hasText: user.name });
  await request.getByLabel('Ответ агенту').first().fill('Хорошо');
  await request.getByRole('button', { name: 'Выдать' }).click();
  await admin.getByText('Выдано 7 контактов сверх лимита').first().waitFor();

  await agent.goto('/cabinet/contacts/new');
  expect(await card.getByLabel('Сколько').inputValue()).toBe('7');
  await card.getByRole('button', { name: 'Получить' }).click();
  await agent.getByText('7 контактов').first().waitFor();
  expect(await house.database.db.contact.count({ where: { agentId: user.id } })).toBe(12);
});

test('an import shows its result and is undone, except for what agents hold', async () => {
  const { house } = stage;
  const base = await baseOf(house, 'whatsapp', { limit: 2 });
  const user = await createUser(house);
  const [admin, agent] = [await stage.open(await createUser(house, { role: 'admin' })), await stage.open(user)];
  const phones = Array.from({ length: 40 }, (_, n) => phone(500 + n));
  const file = { name: 'база.xlsx', mimeType: 'application/octet-stream' };
  const buffer = await workbook([oldSheet('Вотсап', [...phones, phones[0] ?? '', 'не телефон'])]);

  await admin.goto('/admin/imports/new');
  await admin.getByLabel('Файл с контактами').setInputFiles({ ...file, buffer });
  await admin.getByRole('button', { name: 'Посмотреть файл' }).click();
  await admin.getByRole('button', { name: /Загрузить/ }).click();
  await admin.getByText('у каждой строки есть вердикт').waitFor();
  expect(numberIn(await admin.locator('.stat-tile', { hasText: 'Создано' }).textContent())).toBe(40);

  await agent.goto('/cabinet/contacts/new');
  await agent.locator('.panel', { hasText: base.name }).getByRole('button', { name: 'Получить' }).click();
  await agent.getByText('2 контакта').first().waitFor();

  await admin.getByRole('link', { name: 'Отменить загрузку' }).click();
  await admin.getByRole('button', { name: 'Убрать 38 контактов' }).click();
  await admin.getByText('Загрузка отменена').first().waitFor();
  const left = await house.database.db.contact.findMany({ where: { baseTypeId: base.id } });
  expect(left.map(({ agentId }) => agentId)).toEqual([user.id, user.id]);
});
