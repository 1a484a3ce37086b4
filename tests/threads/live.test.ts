import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { type Running, startServer } from '../../src/server.ts';
import { createUser, password, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { Visitor } from '../support/visitor.ts';
import { Ear } from './events.ts';
import { messagesOf, reply, threadIdOf, write } from './talk.ts';

let house: TestHouse;
let alice: TestUser;
let bobUser: TestUser;
let aliceAt: Visitor;
let bob: Visitor;
const ears: Ear[] = [];

beforeAll(async () => {
  house = await openTestHouse({ LIVE_HEARTBEAT_SECONDS: '1' });
  alice = await createUser(house, { name: 'Alice' });
  bobUser = await createUser(house, { name: 'Bob', role: 'support' });
  aliceAt = await house.as(alice);
  bob = await house.as(bobUser);
  await write(aliceAt, 'Первое').expect(303);
});
afterAll(async () => {
  for (const ear of ears) ear.close();
  await house.close();
});

function listen(browser: Visitor, path: string, headers: Record<string, string> = {}): Ear {
  const ear = new Ear(browser, path, headers);
  ears.push(ear);
  return ear;
}

/** Another process of the house on the same database, and a browser of this person in it. */
async function secondInstance(person: TestUser): Promise<{ other: Running; browser: Visitor }> {
  // A grace longer than any test: a server that waits for its streams would not close in time.
  const other = await startServer({ ...house.config, PROCESS: 'web', PORT: 0, SHUTDOWN_SECONDS: 600 }, house.log);
  const browser = new Visitor(other.url, {});
  await browser.post('/login', { login: person.email, password }).expect(303);
  return { other, browser };
}

describe('an open page', () => {
  it('of staff hears of a message at once, with the badge, and of ids only', async () => {
    const ear = listen(bob, '/support/events');
    expect((await ear.next('badge')).data).toEqual({ href: '/support', count: 1, words: '1 новое' });
    await write(aliceAt, 'Тайное слово').expect(303);
    const heard = await ear.next('message');
    const thread = await threadIdOf(house, alice);
    const last = (await messagesOf(house, thread)).at(-1);
    expect(heard).toEqual({ name: 'message', id: last?.id, data: { thread, message: last?.id, fromStaff: 0 } });
    await bob.see(`/support/threads/${thread}`);
    expect((await ear.next('read')).data).toMatchObject({ thread, upTo: last?.id, byStaff: 1 });
    await ear.next('badge', ({ data }) => data.count === 0);
  });

  it('of a person hears of an answer, and of nobody else’s conversation', async () => {
    const carol = await createUser(house);
    const carolAt = await house.as(carol);
    const ear = listen(carolAt, '/cabinet/support/events');
    await ear.next('badge');
    await write(aliceAt, 'Не для Кэрол').expect(303);
    await reply(house, bob, await threadIdOf(house, alice), 'Тоже не для неё');
    await write(carolAt, 'Моё').expect(303);
    const own = await ear.next('message');
    expect(own.data.thread).toBe(await threadIdOf(house, carol));
    await reply(house, bob, await threadIdOf(house, carol), 'Ответ');
    await ear.next('badge', ({ data }) => data.count === 1);
  });

  it('of a person hears that somebody types, and never that somebody looks', async () => {
    const thread = await threadIdOf(house, alice);
    const [hers, theirs] = [listen(aliceAt, '/cabinet/support/events'), listen(bob, '/support/events')];
    await Promise.all([hers.next('badge'), theirs.next('badge')]);
    await bob.post(`/support/threads/${thread}/viewing`, { typing: 'no' }).expect(204);
    expect((await theirs.next('viewing')).data).toEqual({ thread });
    await reply(house, bob, thread, 'Смотрю');
    expect(await hers.until('message')).not.toContain('viewing');
    await bob.post(`/support/threads/${thread}/viewing`, { typing: 'yes' }).expect(204);
    expect((await hers.next('viewing')).data).toEqual({ thread });
  });

  it('that comes back gets what it missed, by the last event it had', async () => {
    const thread = await threadIdOf(house, alice);
    const before = (await messagesOf(house, thread)).at(-1)?.id ?? 0;
    await reply(house, bob, thread, 'Пропущенное раз');
    await reply(house, bob, thread, 'Пропущенное два');
    const missed = (await messagesOf(house, thread)).filter(({ id }) => id > before).map(({ id }) => id);
    expect(missed).toHaveLength(2);

    const returned = listen(aliceAt, '/cabinet/support/events', { 'last-event-id': String(before) });
    expect([(await returned.next('message')).id, (await returned.next('message')).id]).toEqual(missed);
    const opened = listen(aliceAt, `/cabinet/support/events?after=${missed[0]}`);
    expect((await opened.next('message')).id).toBe(missed[1]);
  });

  it('hears what happened between its drawing and its stream, and looks for itself when that is too long ago', async () => {
    const listening = listen(bob, '/support/events');
    await listening.next('badge');
    const drawn = performance.now();
    const thread = await threadIdOf(house, alice);
    await bob.post(`/support/threads/${thread}/notes`, { requestId: randomUUID(), note: 'До потока' }).expect(303);
    await listening.next('thread');
    const late = listen(bob, `/support/events?age=${Math.ceil(performance.now() - drawn)}`);
    expect((await late.next('thread')).data).toEqual({ thread });
    // What it was drawn with is no news.
    const prompt = listen(bob, '/support/events');
    expect(await prompt.until('badge')).not.toContain('thread');
    const old = listen(bob, '/support/events?age=3600000');
    expect(await old.until('badge')).toContain('again');
  });

  it('hears what was written through another process on the same database', async () => {
    const { other, browser } = await secondInstance(alice);
    const here = listen(bob, '/support/events');
    await here.next('badge');
    const there = listen(browser, '/cabinet/support/events');
    await there.next('badge');

    await write(browser, 'Из другого процесса').expect(303);
    const heard = await here.next('message');
    expect(heard.data.thread).toBe(await threadIdOf(house, alice));
    await there.next('message', ({ id }) => id === heard.id);
    await reply(house, bob, Number(heard.data.thread), 'Слышу');
    await there.next('message', ({ data }) => data.fromStaff === 1);

    // A process that stops ends its streams, so that its server can close.
    await other.close();
    await there.ended;
  });

  it('hears again after the database has dropped the listening connection, and of what was written meanwhile', async () => {
    const ear = listen(bob, '/support/events');
    await ear.next('badge');
    const dropped = await house.database.sql.rows(
      q`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'lead-cabinet live' AND datname = current_database()`,
    );
    expect(dropped.length).toBeGreaterThan(0);
    await write(aliceAt, 'Пока никто не слушал').expect(303);
    const thread = await threadIdOf(house, alice);
    const last = (await messagesOf(house, thread)).at(-1)?.id;
    await ear.next('message', ({ id }) => id === last);
  });
});

describe('a stream ends', () => {
  it('when its person is banned', async () => {
    const person = await createUser(house);
    const ear = listen(await house.as(person), '/cabinet/support/events');
    await ear.next('badge');
    await house.database.db.user.update({ where: { id: person.id }, data: { status: 'banned' } });
    await ear.ended;
  });

  it('when its person logs out', async () => {
    const browser = await house.as(await createUser(house));
    const ear = listen(browser, '/cabinet/support/events');
    await ear.next('badge');
    await browser.post('/logout').expect(303);
    await ear.ended;
  });

  it('when its person is support no more', async () => {
    const person = await createUser(house, { role: 'support' });
    const ear = listen(await house.as(person), '/support/events');
    await ear.next('badge');
    await house.database.db.user.update({ where: { id: person.id }, data: { role: 'user' } });
    await ear.ended;
  });

  it('before it begins for who may not listen', async () => {
    await house.visitor().get('/support/events').expect(303);
    await aliceAt.get('/support/events').expect(403);
  });
});

describe('an open page of staff', () => {
  it('makes its operator present, and hears what a colleague does with a thread; the person hears only what is for him', async () => {
    const ear = listen(bob, '/support/events');
    await ear.next('badge');
    expect(await house.database.db.operatorPresence.findUnique({ where: { userId: bobUser.id } })).not.toBeNull();
    const hers = listen(aliceAt, '/cabinet/support/events');
    await hers.next('badge');
    const boris = await house.as(await createUser(house, { name: 'Boris', role: 'support' }));
    const thread = await threadIdOf(house, alice);
    await boris.post(`/support/threads/${thread}/notes`, { requestId: randomUUID(), note: 'Для своих' }).expect(303);
    expect((await ear.next('thread')).data).toEqual({ thread });
    const lastSeenMessageId = (await messagesOf(house, thread)).at(-1)?.id ?? 0;
    await boris.post(`/support/threads/${thread}/closure`, { requestId: randomUUID(), lastSeenMessageId }).expect(303);
    await ear.next('thread');
    await reply(house, boris, thread, 'До свидания');
    // Of the note she heard nothing: the closing is the one thing besides the answer.
    expect((await hers.until('message')).filter((name) => name === 'thread')).toHaveLength(1);
  });
});
