import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer } from '../../src/modules/support/answer.ts';
import { beginThread, writeTo } from '../../src/modules/support/write.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { begin, departmentForm, threadIn } from './desk.ts';
import { expectTrueCounters, messagesOf, reply } from './talk.ts';

let house: TestHouse;
let bob: TestUser;
let desk: number;

beforeAll(async () => {
  house = await openTestHouse();
  bob = await createUser(house, { name: 'Bob', role: 'support' });
  desk = (await house.database.db.department.findFirstOrThrow()).id;
  const words = {
    greetingRu: 'Здравствуйте, {{person.name}}!',
    greetingEn: 'Hello {{person.name}}!',
    awayRu: 'Вернёмся: {{back}}.',
    awayEn: '',
  };
  await house.database.db.department.update({ where: { id: desk }, data: { ...words, firstAnswerMinutes: 60 } });
});
afterAll(() => house.close());

/** The desk works from nine to twenty on weekdays, in Moscow; 2 November 2026 is a Monday. */
const at = (text: string): Date => new Date(`2026-11-${text}:00+03:00`);
const writing = (text: string) => ({ requestId: randomUUID(), text, uploads: [] });
const row = (id: number) => house.database.db.thread.findUniqueOrThrow({ where: { id } });

async function ask(name: string, when: string, locale = 'ru') {
  const person = await createUser(house, { name });
  await house.database.db.user.update({ where: { id: person.id }, data: { locale } });
  const { threadId: id } = await beginThread(await house.ctxOf(person, at(when)), undefined, writing('Вопрос'));
  return { id, say: async (then: string) => writeTo(await house.ctxOf(person, at(then)), id, writing('Ещё')) };
}
const answered = async (id: number, when: string) => {
  const lastSeenMessageId = (await messagesOf(house, id)).at(-1)?.id ?? 0;
  await answer(await house.ctxOf(bob, at(when)), id, { ...writing('Ответ'), lastSeenMessageId });
};
const saidIn = async (id: number): Promise<string[]> => (await messagesOf(house, id)).map(({ text }) => text);

describe('the house', () => {
  it('greets whoever begins a thread, once, in his language, and that is nobody’s answer', async () => {
    const thread = await ask('Ivan', '02T10:00');
    await thread.say('02T10:05');
    expect(await saidIn(thread.id)).toEqual(['Вопрос', 'Здравствуйте, Ivan!', 'Ещё']);
    expect(await row(thread.id)).toMatchObject({
      ...{ status: 'open', waitingSince: at('02T10:00'), firstAnswerAt: null, dueAt: at('02T11:00') },
      ...{ unreadForStaff: 2, unreadForPerson: 0, assigneeId: null },
    });
    const [, greeting] = await house.database.db.message.findMany({
      where: { threadId: thread.id },
      orderBy: { id: 'asc' },
    });
    expect(greeting).toMatchObject({ authorId: null, fromStaff: true });
    expect(await saidIn((await ask('John', '02T10:00', 'en')).id)).toEqual(['Вопрос', 'Hello John!']);
    await expectTrueCounters(house);
  });

  it('says out of hours when we are back, once until then, and once again the next time', async () => {
    const thread = await ask('Olga', '06T20:30');
    const monday = 'Вернёмся: понедельник, 9 ноября в 09:00 GMT+3.';
    expect(await saidIn(thread.id)).toEqual(['Вопрос', 'Здравствуйте, Olga!', monday]);
    await thread.say('07T12:00');
    await thread.say('09T08:59');
    await thread.say('09T09:00');
    expect(await saidIn(thread.id)).toHaveLength(6);
    await thread.say('09T20:00');
    expect((await saidIn(thread.id)).at(-1)).toBe('Вернёмся: вторник, 10 ноября в 09:00 GMT+3.');
    // Who answers is there, whatever the hours say.
    await answered(thread.id, '10T20:10');
    await thread.say('10T20:20');
    expect((await saidIn(thread.id)).at(-1)).toBe('Ещё');
    await thread.say('11T20:20');
    expect((await saidIn(thread.id)).at(-1)).toBe('Вернёмся: четверг, 12 ноября в 09:00 GMT+3.');
    expect(await row(thread.id)).toMatchObject({ status: 'open', firstAnswerAt: at('10T20:10') });
    await expectTrueCounters(house);
  });

  it('leaves the page’s own hint for who has not been told yet', async () => {
    const before = await house.database.db.department.findUniqueOrThrow({ where: { id: desk } });
    const today = new Date(Date.now() + 3 * 3_600_000).toISOString().slice(0, 10);
    await house.database.db.department.update({
      where: { id: desk },
      data: { awayRu: '', holidays: [new Date(today)] },
    });
    const personAt = await house.as(await createUser(house, { name: 'Rita' }));
    const id = threadIn(await begin(house, personAt, 'Другое', 'Вопрос'));
    const hint = async () => (await personAt.see(`/cabinet/support/threads/${id}`)).querySelector('[data-away]');
    expect(await hint()).not.toBeNull();
    await house.database.db.department.update({ where: { id: desk }, data: { awayRu: before.awayRu } });
    await personAt
      .upload(`/cabinet/support/threads/${id}/messages`, { requestId: randomUUID(), text: 'Ещё' }, [])
      .expect(303);
    expect(await hint()).toBeNull();
    await house.database.db.department.update({ where: { id: desk }, data: { holidays: before.holidays } });
  });

  it('says nothing where it has no words in the language, or no hours to be back in', async () => {
    expect(await saidIn((await ask('Jane', '07T12:00', 'en')).id)).toEqual(['Вопрос', 'Hello Jane!']);
    const { hours, greetingRu } = await house.database.db.department.findUniqueOrThrow({ where: { id: desk } });
    await house.database.db.department.update({
      where: { id: desk },
      data: { hours: Array(7).fill(null), greetingRu: '' },
    });
    expect(await saidIn((await ask('Petr', '07T12:00')).id)).toEqual(['Вопрос']);
    await house.database.db.department.update({ where: { id: desk }, data: { hours: hours ?? [], greetingRu } });
  });

  it('is named on staff’s page and speaks for support on the person’s; lists show what people wrote; a colleague’s answer goes', async () => {
    const person = await createUser(house, { name: 'Marina' });
    const personAt = await house.as(person);
    const id = threadIn(await begin(house, personAt, 'Другое', 'Мой вопрос'));
    const bobAt = await house.as(bob);
    const inbox = (await bobAt.see('/support'))
      .querySelectorAll('.queue-item')
      .find((one) => one.text.includes('Marina'));
    expect(inbox?.text).toContain('Мой вопрос');
    const page = await bobAt.see(`/support/threads/${id}`);
    const bubble = page.querySelectorAll('.chat-row').find((one) => one.text.includes('Здравствуйте, Marina!'));
    expect(bubble?.querySelector('.chat-author')?.text).toBe('Автоответ');
    expect(bubble?.querySelector('.chat-sent')).toBeNull();
    const his = await personAt.see(`/cabinet/support/threads/${id}`);
    expect(his.querySelectorAll('.chat-author').map((one) => one.text)).toContain('Поддержка');
    expect((await personAt.see('/cabinet/support')).text).toContain('Мой вопрос');
    expect((await reply(house, bobAt, id, 'Ответ')).status).toBe(303);
  });
});

describe('the words of the house', () => {
  it('are the administrator’s: what does not say when we are back, or names what nobody knows, is refused', async () => {
    const admin = await house.as(await createUser(house, { name: 'Anna', role: 'admin' }));
    const form = { ...departmentForm, greetingRu: 'Привет, {{person.name}}', awayEn: 'Back: {{back}}' };
    const wrong = await admin.post('/admin/departments', { ...form, awayRu: 'Мы закрыты' }).expect(422);
    expect(wrong.text).toContain('вставьте в текст {{back}}');
    const unknown = await admin.post('/admin/departments', { ...form, greetingEn: 'Hi {{phone}}' }).expect(422);
    expect(unknown.text).toContain('Такой подстановки нет: {{phone}}');
    await admin.post('/admin/departments', form).expect(303);
    const made = await house.database.db.department.findFirstOrThrow({ where: { name: form.name } });
    expect(made).toMatchObject({ greetingRu: form.greetingRu, awayEn: form.awayEn, awayRu: '' });
    const page = await admin.see(`/admin/departments/${made.id}`);
    expect(page.querySelector('[name=greetingRu]')?.text.trim()).toBe(form.greetingRu);
  });
});

describe('a ready answer for a subject', () => {
  it('is offered first in its threads, goes into the field without scripts, and nowhere else', async () => {
    const purposes = await house.database.db.purpose.findMany({ orderBy: { position: 'asc' } });
    const bobAt = await house.as(bob);
    const [leads, other] = [purposes[1], purposes[3]];
    const form = { title: 'Переснять', text: '{{person.name}}, переснимите', purposes: [leads?.id ?? 0, 999_999] };
    await bobAt.post('/support/replies', { title: 'Агентам', text: 'Привет' }).expect(303);
    await bobAt.post('/support/replies', form).expect(303);
    const askingAt = await house.as(await createUser(house, { name: 'Vera' }));
    const about = threadIn(await begin(house, askingAt, leads?.titleRu ?? '', 'Почему вернули?'));
    const page = await bobAt.see(`/support/threads/${about}`);
    const chips = page.querySelectorAll('.chat-suggestions button');
    expect(chips.map((one) => one.text.trim())).toEqual(['Переснять']);
    expect(page.querySelectorAll('#chat-canned option[data-text]').map((one) => one.text)).toEqual([
      'Переснять',
      'Агентам',
    ]);
    const chosen = await bobAt.see(`/support/threads/${about}?reply=${chips[0]?.getAttribute('value')}`);
    expect(chosen.querySelector('#chat-text')?.text.trim()).toBe('Vera, переснимите');

    const elsewhere = threadIn(await begin(house, askingAt, other?.titleRu ?? '', 'Другое'));
    expect((await bobAt.see(`/support/threads/${elsewhere}`)).querySelector('.chat-suggestions')).toBeNull();
    const { id } = await house.database.db.cannedReply.findFirstOrThrow({ where: { title: form.title } });
    await bobAt.post(`/support/replies/${id}`, { ...form, purposes: other?.id ?? 0 }).expect(303);
    const bound = await house.database.db.cannedReplyPurpose.findMany({ where: { replyId: id } });
    expect(bound).toEqual([{ replyId: id, purposeId: other?.id }]);
  });
});
