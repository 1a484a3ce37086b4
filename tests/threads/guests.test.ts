import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createGuest } from '../factories/guests.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import type { Visitor } from '../support/visitor.ts';
import { close, take, threadRow } from './desk.ts';
import { messagesOf, reply } from './talk.ts';

let house: TestHouse;
let sveta: TestUser;
let support: Visitor;

beforeAll(async () => {
  house = await openTestHouse();
  sveta = await createUser(house, { name: 'Sveta', role: 'support' });
  support = await house.as(sveta);
});
afterAll(() => house.close());

const link = (thread: number, userId: number, requestId: string = randomUUID()) =>
  support.post(`/support/threads/${thread}/person`, { requestId, userId });

it('a guest stands in the inbox, is found by name, nick and phone, and his thread says that he has no account', async () => {
  const { id, thread } = await createGuest(house, { name: 'Пётр Гостев', phone: '+79000000071', text: 'Есть вопрос' });
  await house.database.db.telegramChat.update({ where: { id }, data: { username: 'petr_guest' } });
  for (const words of ['гостев', 'petr_g', '00000071', 'пё', 'есть вопрос']) {
    const found = await support.see(`/support?q=${encodeURIComponent(words)}`);
    expect(found.querySelectorAll('[data-line]').map((line) => line.text)).toHaveLength(1);
    expect(found.querySelector('[data-line]')?.text).toMatch(/Пётр Гостев\s+Telegram, без аккаунта/);
  }
  const page = await support.see(`/support/threads/${thread}`);
  expect(page.querySelector('h1')?.text).toContain('Пётр Гостев');
  expect(page.querySelector('.chat-author')?.text).toBe('Пётр Гостев');
  expect(page.querySelector('main')?.text).toMatch(/Telegram, без аккаунта[\s\S]*\+79000000071/);
});

it('staff do with a guest’s thread whatever they do with any', async () => {
  const { id, thread } = await createGuest(house, { name: 'Ольга' });
  const { thread: other } = await createGuest(house, { name: 'Не Ольга' });
  await take(support, thread).expect(303);
  await (await reply(house, support, thread, 'Здравствуйте!')).status;
  await support.post(`/support/threads/${thread}/notes`, { requestId: randomUUID(), note: 'Проверить' }).expect(303);
  await support.post(`/support/threads/${thread}/unread`, {}).expect(303);
  await support.post(`/support/threads/${thread}/viewing`, { typing: 'yes' }).expect(204);
  await (await close(house, support, thread)).status;
  const row = await threadRow(house, thread);
  expect(row).toMatchObject({ guestId: id, personId: null, status: 'closed', assigneeId: sveta.id });
  expect(row.kinds).toEqual(['taken', 'note', 'closed']);
  await support.post('/support/threads/tags', { ids: [thread, other], tag: 'гости' }).expect(303);
  // Two guests are two people, whose threads are not one.
  const merged = await support.post(`/support/threads/${thread}/merges`, { requestId: randomUUID(), fromId: other });
  expect(merged.status).toBe(422);
  expect(await messagesOf(house, other)).toHaveLength(1);
});

it('staff find whose the guest is: all his threads become the user’s, once, and it is in the journal', async () => {
  const { db } = house.database;
  const agent = await createUser(house, { name: 'Marina' });
  const { id, thread } = await createGuest(house, { name: 'М.' });
  const { purposeId, departmentId } = await threadRow(house, thread);
  const second = await db.thread.create({ data: { guestId: id, purposeId, departmentId } });
  const page = await support.see(`/support/threads/${thread}?who=marin`);
  expect(page.querySelector('main')?.text).toContain(agent.email);

  const requestId = randomUUID();
  await link(thread, agent.id, requestId).expect(303);
  await link(thread, agent.id, requestId).expect(303);
  for (const one of [thread, second.id])
    expect(await threadRow(house, one)).toMatchObject({ personId: agent.id, guestId: null });
  const event = await db.auditEvent.findFirstOrThrow({ where: { action: 'thread.linked', subjectId: thread } });
  expect(event).toMatchObject({ actorId: sveta.id, userId: agent.id });
  expect((await threadRow(house, thread)).kinds).toEqual(['linked']);
  const own = await (await house.as(agent)).see(`/cabinet/support/threads/${thread}`);
  expect(own.querySelector('[data-message]')?.text).toContain('Добрый день');
  expect(await db.telegramChat.findUniqueOrThrow({ where: { id } })).toMatchObject({
    userId: agent.id,
    provenAt: null,
  });
});

it('a guest is never one of the staff, a banned person, or a second Telegram of one user', async () => {
  const { thread } = await createGuest(house);
  const other = await createGuest(house);
  const agent = await createUser(house);
  const banned = await createUser(house, { status: 'banned' });
  await link(other.thread, agent.id).expect(303);
  for (const { id } of [sveta, banned, agent]) expect((await link(thread, id)).status).toBe(422);
  expect(await threadRow(house, thread)).toMatchObject({ personId: null, kinds: [] });
});

it('of two operators who link one guest to two users at once one is refused, and his threads stay together', async () => {
  const { id, thread } = await createGuest(house);
  const { purposeId, departmentId } = await threadRow(house, thread);
  const second = await house.database.db.thread.create({ data: { guestId: id, purposeId, departmentId } });
  const [one, two] = [await createUser(house), await createUser(house)];
  const answers = await Promise.all([link(thread, one.id), link(second.id, two.id)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 422]);
  const owners = [await threadRow(house, thread), await threadRow(house, second.id)].map(({ personId }) => personId);
  expect(new Set(owners).size).toBe(1);
});

it('the database takes no thread of nobody, of two, and no answer without an author', async () => {
  const { db } = house.database;
  const { id, thread } = await createGuest(house);
  const agent = await createUser(house);
  const { purposeId, departmentId } = await threadRow(house, thread);
  await expect(db.thread.create({ data: { purposeId, departmentId } })).rejects.toThrow('threads_one_person');
  const both = { purposeId, departmentId, guestId: id, personId: agent.id };
  await expect(db.thread.create({ data: both })).rejects.toThrow('threads_one_person');
  const answer = { threadId: thread, fromStaff: true, text: 'Ответ', requestId: randomUUID() };
  await expect(db.message.create({ data: answer })).rejects.toThrow('messages_author');
});
