import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { wordsOn } from '../factories/notifications.ts';
import { createUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { threadRow } from './desk.ts';
import { threadIdOf, write } from './talk.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await openTestHouse();
});
afterAll(() => house.close());

it('a colleague named by @ in a note is told once, with a link to it; nobody else is', async () => {
  const [bob, vera, agent] = await Promise.all([
    createUser(house, { name: 'Bob', role: 'support' }),
    createUser(house, { name: 'Вера_1', role: 'admin' }),
    createUser(house, { name: 'Agent' }),
  ]);
  const [bobAt, veraAt, agentAt] = [await house.as(bob), await house.as(vera), await house.as(agent)];
  await write(agentAt, 'Вопрос').expect(303);
  const id = await threadIdOf(house, agent);
  const note = 'Спросите @вера_1. И @Agent, и @bob, и a@example.com — вас <b>жду</b>';
  await bobAt.post(`/support/threads/${id}/notes`, { requestId: randomUUID(), note }).expect(303);
  const noteId = (await threadRow(house, id)).events.at(-1)?.id;
  await bobAt.post(`/support/threads/${id}/notes/${noteId}`, { text: `${note}!`, seenVersion: 0 }).expect(303);
  await house.drain();
  const rows = await house.database.db.notification.findMany({ where: { type: 'mention' } });
  expect(rows.map(({ userId }) => userId)).toEqual([vera.id]);
  expect(wordsOn(await veraAt.see('/notifications'))).toEqual([`Bob упоминает вас в обращении №${id}`]);
  const page = await veraAt.see(`/support/threads/${id}`);
  expect(page.querySelectorAll('.chat-mention').map(({ innerText }) => innerText)).toEqual(['@вера_1', '@bob']);
  expect(page.querySelectorAll('#colleagues option').map((one) => one.getAttribute('value'))).toEqual([
    'Bob',
    'Вера_1',
  ]);
  const led = await veraAt.get(`/support/notes/${noteId}`).expect(303);
  expect(led.headers.location).toBe(`/support/threads/${id}#n${noteId}`);
  await agentAt.get(`/support/notes/${noteId}`).expect(403);
  // A note that is taken back calls nobody any more.
  await bobAt.post(`/support/threads/${id}/notes/${noteId}/deletion`).expect(303);
  await house.drain();
  expect(wordsOn(await veraAt.see('/notifications'))).toEqual([]);
});
