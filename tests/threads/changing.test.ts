import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { pixel } from '../factories/files.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import type { Visitor } from '../support/visitor.ts';
import { close, threadRow } from './desk.ts';
import { Ear } from './events.ts';
import { expectTrueCounters, json, messagesOf, reply, threadIdOf, write } from './talk.ts';

let house: TestHouse;
let bobUser: TestUser;
let bob: Visitor;
let boris: Visitor;

beforeAll(async () => {
  house = await openTestHouse();
  bobUser = await createUser(house, { name: 'Bob', role: 'support' });
  bob = await house.as(bobUser);
  boris = await house.as(await createUser(house, { name: 'Boris', role: 'support' }));
});
afterAll(() => house.close());

async function written(text: string) {
  const person = await createUser(house);
  const at = await house.as(person);
  await write(at, text).expect(303);
  const id = await threadIdOf(house, person);
  return { person, at, id, own: `/cabinet/support/threads/${id}`, staff: `/support/threads/${id}` };
}

const lastOf = async (id: number): Promise<number> => (await messagesOf(house, id)).at(-1)?.id ?? 0;
const edit = (browser: Visitor, at: string, message: number, text: string, seenVersion = 0) =>
  browser.post(`${at}/messages/${message}`, { text, seenVersion });
const remove = (browser: Visitor, at: string, message: number) => browser.post(`${at}/messages/${message}/deletion`);
const writtenAgo = (message: number, seconds: number) =>
  house.database.sql.run(
    q`UPDATE messages SET created_at = now() - make_interval(secs => ${seconds}::int) WHERE id = ${message}`,
  );
const newsOf = async (browser: Visitor, at: string, asked = ''): Promise<Record<string, unknown>> =>
  (await browser.get(`${at}/messages?after=0${asked}`).set(json)).body;

describe('within five minutes the author', () => {
  it('says it otherwise, by a form without scripts; staff see what it said, and an open page of either side gets it', async () => {
    const { at, id, own, staff } = await written('Номер +7 900 000-00-01');
    const message = await lastOf(id);
    const shown = await at.see(own);
    const link = shown.querySelector(`#m${message} [data-change]`)?.getAttribute('href');
    expect(link).toBe(`${own}/messages/${message}`);
    const form = await at.see(String(link));
    expect(form.querySelector('textarea')?.innerText.trim()).toBe('Номер +7 900 000-00-01');
    const version = Number((await bob.see(staff)).querySelector('[data-log]')?.getAttribute('data-version'));
    expect(version).toBe(0);
    await edit(at, own, message, 'Номер +7 900 000-00-02').expect(303);
    await edit(at, own, message, 'Номер +7 900 000-00-02').expect(303);
    // Another page of his still shows the first words.
    await edit(at, own, message, 'Номер +7 900 000-00-03').expect(422);
    expect((await at.see(own)).querySelector(`#m${message}`)?.innerText).toMatch(/00-02.*изменено/s);
    expect((await at.get(own)).text).not.toContain('00-01');
    expect((await bob.see(staff)).querySelector(`#m${message} details`)?.innerText).toContain('00-01');
    const news = await newsOf(bob, staff, `&version=${version}`);
    expect(news.changed).toMatch(/00-02.*00-01/s);
    expect((await newsOf(bob, staff, `&version=${news.version}`)).changed).toBe('');
    expect((await newsOf(at, own)).changed).not.toContain('00-01');
    const versions = await house.database.db.messageVersion.findMany({ where: { threadId: id } });
    expect(versions.map(({ text }) => text)).toEqual(['Номер +7 900 000-00-01']);
  });

  it('and nobody else changes it, however near he is', async () => {
    const { at, id, own, staff } = await written('Моё');
    const message = await lastOf(id);
    await edit(bob, staff, message, 'Чужое').expect(404);
    await remove(bob, staff, message).expect(404);
    await reply(house, bob, id, 'Ответ Боба').then(({ status }) => expect(status).toBe(303));
    const answer = await lastOf(id);
    await edit(boris, staff, answer, 'Ответ Бориса').expect(404);
    await edit(at, own, answer, 'Мой ответ').expect(404);
    const stranger = await house.as(await createUser(house));
    await edit(stranger, own, message, 'Не моё').expect(404);
    expect((await messagesOf(house, id)).map(({ text }) => text)).toEqual(['Моё', 'Ответ Боба']);
    expect((await boris.see(staff)).querySelectorAll('[data-change]')).toHaveLength(0);
  });

  it('has five minutes by the clock of the database, not a second more', async () => {
    const { at, id, own } = await written('Рано');
    const message = await lastOf(id);
    await writtenAgo(message, 290);
    await edit(at, own, message, 'Успел').expect(303);
    await writtenAgo(message, 301);
    const late = await edit(at, own, message, 'Поздно', 1);
    expect(late.status).toBe(422);
    expect(late.text).toContain('Прошло 5 минут');
    await remove(at, own, message).set(json).expect(422);
    expect((await at.see(own)).querySelectorAll('[data-change]')).toHaveLength(0);
    expect((await messagesOf(house, id)).map(({ text }) => text)).toEqual(['Успел']);
  });

  it('changes a note for colleagues too, of which the person never hears', async () => {
    const { at, id, own, staff } = await written('Вопрос');
    const message = await lastOf(id);
    await bob.see(staff);
    // Ids of forms are random; all else that he is sent must be the same.
    const told = async (): Promise<string> =>
      [(await at.get(own)).text, JSON.stringify(await newsOf(at, own))].join('').replace(/[0-9a-f-]{36}/g, '');
    const before = await told();
    const ear = new Ear(at, '/cabinet/support/events');
    await ear.next('badge');
    await bob.post(`${staff}/notes`, { requestId: randomUUID(), note: 'Ябеда' }).expect(303);
    const note = (await threadRow(house, id)).events.at(-1)?.id;
    await boris.post(`${staff}/notes/${note}`, { text: 'Нет', seenVersion: 0 }).expect(404);
    await bob.post(`${staff}/notes/${note}`, { text: 'Вежлив', seenVersion: 0 }).expect(303);
    expect((await boris.see(staff)).querySelector(`#n${note}`)?.innerText).toMatch(/Вежлив.*Ябеда.*изменено/s);
    expect((await newsOf(boris, staff)).changed).toMatch(/Вежлив.*Ябеда.*изменено/s);
    await bob.post(`${staff}/notes/${note}/deletion`).expect(303);
    expect((await newsOf(boris, staff)).changed).toContain('Сообщение удалено');
    expect(await told()).toBe(before);
    await edit(at, own, message, 'Другой вопрос').expect(303);
    expect(await newsOf(at, own)).toMatchObject({ version: 1, changed: expect.stringContaining('Другой вопрос') });
    expect((await newsOf(at, own, '&version=1')).changed).toBe('');
    expect(
      (await at.see(`${own}/messages/${message}`)).querySelector('[name=seenVersion]')?.getAttribute('value'),
    ).toBe('1');
    await reply(house, bob, id, 'Ответ');
    // Of his own change, and of nothing before.
    expect((await ear.until('message')).filter((name) => name === 'thread')).toHaveLength(1);
    ear.close();
    const acts = await house.database.db.auditEvent.findMany({
      where: { userId: (await threadRow(house, id)).personId },
    });
    expect(acts.map(({ action }) => action)).toEqual(expect.arrayContaining(['note.edited', 'note.deleted']));
  });
});

describe('a message that is taken back', () => {
  it('is unread no more and found no more; its words and files stay with staff only', async () => {
    const person = await createUser(house);
    const at = await house.as(person);
    const picture = { field: 'files', name: 'паспорт-щука.png', content: pixel };
    const form = { requestId: randomUUID(), text: 'Секретная щука' };
    await at.upload('/cabinet/support/messages', form, [picture]).expect(303);
    const id = await threadIdOf(house, person);
    const [own, staff] = [`/cabinet/support/threads/${id}`, `/support/threads/${id}`];
    const { fileId } = await house.database.db.attachment.findFirstOrThrow({ where: { message: { threadId: id } } });
    const found = async () => (await bob.see('/support?q=щука')).querySelectorAll('[data-line]').length;
    expect(await found()).toBe(1);
    await remove(at, own, await lastOf(id)).expect(303);
    await remove(at, own, await lastOf(id)).expect(303);
    expect(await threadRow(house, id)).toMatchObject({ unreadForStaff: 0 });
    await expectTrueCounters(house);
    expect(await found()).toBe(0);
    await at.get(`${own}/files/${fileId}`).expect(404);
    await bob.get(`${staff}/files/${fileId}`).expect(200);
    const page = await at.see(own);
    expect(page.querySelector('[data-log]')?.innerText).toContain('Сообщение удалено');
    expect(page.toString()).not.toContain('щука');
    expect((await at.see('/cabinet/support')).querySelector('#queue')?.innerText).toContain('Сообщение удалено');
    expect((await bob.see(staff)).querySelector('[data-log]')?.innerText).toContain('Секретная щука');
  });

  it('that was the only answer lets its person wait again, since he wrote, and no letter tells him of it', async () => {
    const { at, id, own, staff, person } = await written('Жду');
    const wroteAt = (await threadRow(house, id)).waitingSince;
    await reply(house, bob, id, 'Не туда').then(({ status }) => expect(status).toBe(303));
    expect(await threadRow(house, id)).toMatchObject({ status: 'waiting', unreadForPerson: 1 });
    await remove(bob, staff, await lastOf(id)).expect(303);
    expect(await threadRow(house, id)).toMatchObject({ status: 'open', unreadForPerson: 0, waitingSince: wroteAt });
    // A second answer rides on the first one's letter only while the first one stands.
    await reply(house, bob, id, 'Туда');
    await house.database.sql.run(q`UPDATE pgboss.job SET start_after = now() WHERE name = 'support.tell-answered'`);
    await house.drain();
    const events = await house.database.db.notificationEvent.findMany({ where: { personId: person.id } });
    expect(events.filter(({ type }) => type === 'support.answer')).toHaveLength(1);
    await at.see(own);
    await close(house, bob, id);
    await write(at, 'Ещё?').expect(303);
    await bob.see(staff);
    await remove(at, own, await lastOf(id)).expect(303);
    expect(await threadRow(house, id)).toMatchObject({ status: 'waiting', unreadForStaff: 0 });
    await expectTrueCounters(house);
  });
});

it('an answer is sent, delivered when a page that nobody looks at has it, and read when somebody does', async () => {
  const { at, id, own, staff } = await written('Вопрос');
  await reply(house, bob, id, 'Ответ');
  const answer = await lastOf(id);
  const marks = async () => {
    const { readUpTo, deliveredUpTo } = await newsOf(bob, staff);
    return { readUpTo, deliveredUpTo };
  };
  expect(await marks()).toEqual({ readUpTo: 0, deliveredUpTo: 0 });
  await newsOf(at, own);
  expect(await marks()).toEqual({ readUpTo: 0, deliveredUpTo: 0 });
  await newsOf(at, own, '&hidden=1');
  expect(await marks()).toEqual({ readUpTo: 0, deliveredUpTo: answer });
  expect((await bob.see(staff)).querySelector(`#m${answer}`)?.classNames).toContain('is-delivered');
  await at.see(own);
  expect(await marks()).toEqual({ readUpTo: answer, deliveredUpTo: answer });
});
