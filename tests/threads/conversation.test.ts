import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { seen, type Visitor } from '../support/visitor.ts';
import { chatOf, expectTrueCounters, json, messagesOf, reply, threadIdOf, write } from './talk.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let house: TestHouse;
let alice: TestUser;
let bob: Visitor;
let boris: Visitor;
let aliceAt: Visitor;

beforeAll(async () => {
  house = await openTestHouse();
  alice = await createUser(house, { name: 'Alice' });
  aliceAt = await house.as(alice);
  bob = await house.as(await createUser(house, { name: 'Bob', role: 'support' }));
  boris = await house.as(await createUser(house, { name: 'Boris', role: 'support' }));
});
afterAll(() => house.close());

describe('a person and support', () => {
  it('talk in one thread: both see both sides, in order, with unread marks that go away when read', async () => {
    expect((await aliceAt.see('/cabinet/support')).innerText).toContain('Здесь будет переписка с поддержкой');
    await write(aliceAt, 'Где мои контакты?').expect(303);
    const id = await threadIdOf(house, alice);

    expect((await bob.see('/support')).querySelector('.queue-line.is-unread')?.innerText).toContain(
      'Где мои контакты?',
    );
    const asked = await bob.see(`/support/threads/${id}`);
    expect(asked.querySelectorAll('[data-message] .chat-text').map((p) => p.innerText)).toEqual(['Где мои контакты?']);
    expect((await bob.see('/support')).querySelector('.queue-line.is-unread')).toBeNull();

    await reply(house, bob, id, 'Загрузим вечером');
    const cabinet = await aliceAt.see('/cabinet');
    expect(cabinet.querySelector('[data-badge="/cabinet/support"] [data-badge-count]')?.innerText).toBe('1');
    const answered = await aliceAt.see(await chatOf(house, alice));
    expect(answered.querySelectorAll('[data-message] .chat-text').map((p) => p.innerText)).toEqual([
      'Где мои контакты?',
      'Загрузим вечером',
    ]);
    expect(answered.querySelector('.is-own.is-read .chat-text')?.innerText).toBe('Где мои контакты?');
    expect(answered.querySelector('.chat-new')).not.toBeNull();
    expect(answered.innerText).not.toContain('Bob');
    // What is around the page was asked before it; reading changes it.
    expect(answered.querySelector('[data-badge="/cabinet/support"]')?.hasAttribute('hidden')).toBe(true);
    expect(
      (await aliceAt.see('/cabinet')).querySelector('[data-badge="/cabinet/support"]')?.hasAttribute('hidden'),
    ).toBe(true);
    await expectTrueCounters(house);
  });

  it('a pending person can write and is answered', async () => {
    const person = await createUser(house, { status: 'pending' });
    const browser = await house.as(person);
    expect((await browser.see('/cabinet/support')).innerText).toContain('Ваша заявка ещё рассматривается');
    await write(browser, 'Когда меня одобрят?').expect(303);
    await reply(house, bob, await threadIdOf(house, person), 'Сегодня');
    expect((await browser.see(await chatOf(house, person))).innerText).toContain('Сегодня');
  });

  it('a message with neither text nor file is refused in place', async () => {
    const page = seen(await write(aliceAt, '  \r\n '), 422);
    expect(page.innerText).toContain('Напишите сообщение или приложите файл');
  });

  it('a text of 4,001 characters is refused and stays in its field, one of 4,000 with line ends goes', async () => {
    const long = 'ы'.repeat(4001);
    const page = seen(await write(aliceAt, long), 422);
    expect(page.querySelector('textarea')?.innerText.trim()).toBe(long);
    await write(aliceAt, `${'ы'.repeat(1999)}\r\n${'я'.repeat(2000)}`).expect(303);
  });

  it('what is typed is shown as text, and a web address becomes a link that tells nothing of us', async () => {
    await write(aliceAt, '<b>жирно</b> см. https://example.com/a?b=1.').expect(303);
    const last = (await aliceAt.see(await chatOf(house, alice))).querySelectorAll('[data-message] .chat-text').at(-1);
    expect(last?.querySelector('b')).toBeNull();
    expect(last?.querySelector('a')?.getAttribute('href')).toBe('https://example.com/a?b=1');
    expect(last?.querySelector('a')?.getAttribute('rel')).toContain('noreferrer');
  });
});

describe('a retried message', () => {
  it('is written once, whether retried later or eight times at once', async () => {
    const person = await createUser(house);
    const browser = await house.as(person);
    const requestId = randomUUID();
    const answers = await Promise.all(Array.from({ length: 8 }, () => write(browser, 'Раз', requestId)));
    expect(new Set(answers.map(({ status, headers }) => `${status} ${headers.location}`)).size).toBe(1);
    await write(browser, 'Раз', requestId).expect(303);
    expect(await messagesOf(house, await threadIdOf(house, person))).toHaveLength(1);
    await expectTrueCounters(house);
  });

  it('of staff is one answer too', async () => {
    const person = await createUser(house);
    await write(await house.as(person), 'Вопрос').expect(303);
    const id = await threadIdOf(house, person);
    const requestId = randomUUID();
    await Promise.all([1, 2, 3].map(() => reply(house, bob, id, 'Ответ', { requestId })));
    expect((await messagesOf(house, id)).filter(({ fromStaff }) => fromStaff)).toHaveLength(1);
  });

  it('does not hide another: ten first messages at once make one thread with ten', async () => {
    const person = await createUser(house);
    const browser = await house.as(person);
    await Promise.all(Array.from({ length: 10 }, (_, i) => write(browser, `Письмо ${i}`).expect(303)));
    expect(await messagesOf(house, await threadIdOf(house, person))).toHaveLength(10);
    await expectTrueCounters(house);
  });
});

describe('attachments', () => {
  it('are kept with the message, shown to both sides, and to nobody else', async () => {
    const files = [
      { field: 'files', name: 'снимок.png', content: png },
      { field: 'files', name: 'список.txt', content: 'привет' },
    ];
    await aliceAt.upload('/cabinet/support/messages', { requestId: randomUUID(), text: '' }, files).expect(303);
    const page = await aliceAt.see(await chatOf(house, alice));
    const picture = page.querySelector('.chat-picture')?.getAttribute('href') ?? '';
    expect(page.querySelector('.chat-file-name')?.innerText).toBe('список.txt');
    const shown = await aliceAt.get(picture).expect(200);
    expect(shown.headers['content-type']).toBe('image/png');
    expect(shown.body).toEqual(png);

    const id = await threadIdOf(house, alice);
    const fileId = picture.split('/').at(-1);
    await bob.get(`/support/threads/${id}/files/${fileId}`).expect(200);
    const carol = await createUser(house);
    const carolAt = await house.as(carol);
    await write(carolAt, 'Я другая').expect(303);
    await carolAt.get(`${await chatOf(house, carol)}/files/${fileId}`).expect(404);
    await carolAt.get(picture).expect(404);
    await carolAt.get(`/support/threads/${id}/files/${fileId}`).expect(403);
    await bob.get(`/support/threads/${await threadIdOf(house, carol)}/files/${fileId}`).expect(404);
    await house.visitor().get(picture).expect(303);
  });

  it('are five at most, and a sixth leaves nothing behind', async () => {
    const files = Array.from({ length: 6 }, (_, i) => ({ field: 'files', name: `${i}.txt`, content: 'x' }));
    const before = (await messagesOf(house, await threadIdOf(house, alice))).length;
    await aliceAt.upload('/cabinet/support/messages', { requestId: randomUUID(), text: 'Шесть' }, files).expect(422);
    expect(await messagesOf(house, await threadIdOf(house, alice))).toHaveLength(before);
  });
});

describe('staff', () => {
  it('never answer twice unknowingly: the second sees the first answer, keeps his text, and may send it still', async () => {
    const person = await createUser(house);
    await write(await house.as(person), 'Кто ответит?').expect(303);
    const id = await threadIdOf(house, person);
    const [question] = await messagesOf(house, id);
    await reply(house, bob, id, 'Я, Bob');

    const refused = seen(await reply(house, boris, id, 'Я, Boris', { lastSeenMessageId: question?.id }), 422);
    expect(refused.innerText).toContain('ответ отправил(а) Bob');
    expect(refused.querySelectorAll('[data-message] .chat-text').map((p) => p.innerText)).toContain('Я, Bob');
    expect(refused.querySelector('textarea')?.innerText.trim()).toBe('Я, Boris');
    const lastSeenMessageId = refused.querySelector('[name=lastSeenMessageId]')?.getAttribute('value');
    const requestId = refused.querySelector('[name=requestId]')?.getAttribute('value');

    const sent = await reply(house, boris, id, 'Я, Boris', { lastSeenMessageId, requestId });
    expect(sent.status).toBe(303);
    expect((await messagesOf(house, id)).map(({ text }) => text)).toEqual(['Кто ответит?', 'Я, Bob', 'Я, Boris']);
  });

  it('of two answers at the same moment one is sent, the other shown again', async () => {
    const person = await createUser(house);
    await write(await house.as(person), 'Кто первый?').expect(303);
    const id = await threadIdOf(house, person);
    const both = await Promise.all([reply(house, bob, id, 'Первый'), reply(house, boris, id, 'Первый')]);
    expect(both.map(({ status }) => status).sort()).toEqual([303, 422]);
  });

  it('read only what they saw: a message that came while they wrote stays unread', async () => {
    const person = await createUser(house);
    const browser = await house.as(person);
    await write(browser, 'Первое').expect(303);
    const id = await threadIdOf(house, person);
    const [first] = await messagesOf(house, id);
    await write(browser, 'Второе').expect(303);
    await reply(house, bob, id, 'Ответ на первое', { lastSeenMessageId: first?.id });
    const unread = (await messagesOf(house, id)).filter(({ readAt, fromStaff }) => !readAt && !fromStaff);
    expect(unread.map(({ text }) => text)).toEqual(['Второе']);
    await expectTrueCounters(house);
  });

  it('put a thread back as unread, which is written down, and their answer is too', async () => {
    const person = await createUser(house);
    await write(await house.as(person), 'Отложите').expect(303);
    const id = await threadIdOf(house, person);
    await reply(house, bob, id, 'Подумаю');
    await bob.post(`/support/threads/${id}/unread`).expect(303);
    const counters = await house.database.db.thread.findUniqueOrThrow({ where: { id } });
    expect(counters.unreadForStaff).toBe(1);
    const acts = await house.database.db.auditEvent.findMany({ where: { userId: person.id, subjectType: 'thread' } });
    expect(acts.map(({ action, actorName }) => `${actorName} ${action}`)).toEqual([
      'Bob thread.answered',
      'Bob thread.unread',
    ]);
    await expectTrueCounters(house);
  });

  it('see who writes: status, role, limits and the last leads', async () => {
    const page = await bob.see(`/support/threads/${await threadIdOf(house, alice)}`);
    const aside = page.querySelector('aside[aria-label="Подробности"]')?.innerText;
    expect(aside).toContain('одобрен');
    expect(aside).toContain('Агент');
    // What stands behind the person is fetched when it is opened, and is a page of its own without scripts.
    const link = page.querySelector('[data-person-panel] a')?.getAttribute('href');
    const behind = (await bob.see(String(link))).querySelector('main')?.innerText;
    expect(behind).toContain('50 / 50');
    expect(behind).toContain('Лидов пока нет');
  });

  it('have no thread of their own', async () => {
    await bob.get('/cabinet/support').expect(303).expect('location', '/support');
    await write(bob, 'Сам себе').expect(403);
  });
});

describe('what is not one’s own', () => {
  it('does not exist for an agent, and asks a stranger to log in', async () => {
    const id = await threadIdOf(house, alice);
    await aliceAt.get(`/support/threads/${id}`).expect(403);
    await aliceAt.get('/support').expect(403);
    await bob.get('/support/threads/999999').expect(404);
    await house.visitor().get('/cabinet/support').expect(303);
  });

  it('is not marked as read by somebody else’s number', async () => {
    const carol = await createUser(house);
    const carolAt = await house.as(carol);
    await write(carolAt, 'Моё').expect(303);
    await reply(house, bob, await threadIdOf(house, alice), 'Для Алисы');
    const last = (await messagesOf(house, await threadIdOf(house, alice))).at(-1);
    await carolAt.post(`${await chatOf(house, carol)}/reading`, { upTo: last?.id }).expect(303);
    await carolAt.post(`${await chatOf(house, alice)}/reading`, { upTo: last?.id }).expect(404);
    const unread = await house.database.sql.row(q`SELECT read_at FROM messages WHERE id = ${last?.id}`);
    expect(unread).toEqual({ read_at: null });
  });
});

describe('a page that polls', () => {
  it('gets only what is new, as bubbles, with the read marks and the badge', async () => {
    const person = await createUser(house);
    const browser = await house.as(person);
    await write(browser, 'Раз').expect(303);
    const id = await threadIdOf(house, person);
    const [first] = await messagesOf(house, id);
    await reply(house, bob, id, 'Два');
    const { body } = await browser
      .get(`${await chatOf(house, person)}/messages?after=${first?.id}`)
      .set(json)
      .expect(200);
    expect(body.html).toContain('Два');
    expect(body.html).not.toContain('Раз');
    expect(body.readUpTo).toBe(first?.id);
    expect(body.badge).toEqual({ href: '/cabinet/support', count: 1, words: '1 новое' });
    expect((await browser.get('/cabinet/support/unread').set(json)).body.count).toBe(1);
    const last = (await messagesOf(house, id)).at(-1)?.id;
    await browser
      .post(`${await chatOf(house, person)}/reading`, { upTo: last })
      .set(json)
      .expect(204);
    expect((await browser.get('/cabinet/support/unread').set(json)).body.count).toBe(0);
  });
});
