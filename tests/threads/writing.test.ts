import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { seen, type Visitor } from '../support/visitor.ts';
import { begin, threadIn } from './desk.ts';
import { json, reply } from './talk.ts';

let house: TestHouse;
let alice: TestUser;
let aliceAt: Visitor;
let bob: Visitor;
let boris: Visitor;
let admin: Visitor;
let id: number;

beforeAll(async () => {
  house = await openTestHouse();
  alice = await createUser(house, { name: 'Alice' });
  aliceAt = await house.as(alice);
  bob = await house.as(await createUser(house, { name: 'Bob', role: 'support' }));
  boris = await house.as(await createUser(house, { name: 'Boris', role: 'support' }));
  admin = await house.as(await createUser(house, { name: 'Ada', role: 'admin' }));
  id = threadIn(await begin(house, aliceAt, 'Другое', 'Вопрос'));
});
afterAll(() => house.close());

const fieldOf = async (browser: Visitor, path = `/support/threads/${id}`) =>
  (await browser.see(path)).querySelector('[data-composer] textarea')?.innerText.trim();
const titles = async (browser: Visitor) =>
  (await browser.see(`/support/threads/${id}`))
    .querySelectorAll('[data-canned] option[data-text]')
    .map((one) => one.innerText);

describe('a ready answer', () => {
  it('of one’s own is one’s own, a shared one is everybody’s and the administrator’s to keep', async () => {
    await bob.post('/support/replies', { title: 'Моё', text: 'Секретный черновик' }).expect(303);
    await admin.post('/support/replies', { title: 'Привет', text: 'Здравствуйте!', shared: '1' }).expect(303);
    await bob.post('/support/replies', { title: 'Общее', text: 'x', shared: '1' }).expect(403);
    expect(await titles(bob)).toEqual(['Моё', 'Привет']);
    expect(await titles(boris)).toEqual(['Привет']);
    const { db } = house.database;
    const own = await db.cannedReply.findFirstOrThrow({ where: { title: 'Моё' } });
    const shared = await db.cannedReply.findFirstOrThrow({ where: { title: 'Привет' } });
    await boris.post(`/support/replies/${own.id}`, { title: 'Чужое', text: 'x' }).expect(404);
    await boris.post(`/support/replies/${own.id}/deletion`).expect(404);
    await boris.post(`/support/replies/${shared.id}`, { title: 'Чужое', text: 'x' }).expect(403);
    await bob.post(`/support/replies/${own.id}`, { title: 'Моё', text: 'Новый текст' }).expect(303);
    expect(await db.cannedReply.findUnique({ where: { id: own.id } })).toMatchObject({ text: 'Новый текст' });
  });

  it('is put into the field with its variables filled, by a page without scripts', async () => {
    const text = '{{person.name}}, добрый день! Отвечает {{ operator.name }}, обращение {{thread.id}}.';
    await bob.post('/support/replies', { title: 'Начало', text }).expect(303);
    const made = await house.database.db.cannedReply.findFirstOrThrow({ where: { title: 'Начало' } });
    expect(await fieldOf(bob, `/support/threads/${id}?reply=${made.id}`)).toBe(
      `Alice, добрый день! Отвечает Bob, обращение ${id}.`,
    );
    expect(await fieldOf(boris, `/support/threads/${id}?reply=${made.id}`)).toBe('');
    expect((await bob.see('/support/replies')).innerText).toContain(
      '{{person.name}}, {{operator.name}}, {{thread.id}}',
    );
  });

  it('with a variable that nobody knows is refused, and what was typed stays', async () => {
    const page = seen(await bob.post('/support/replies', { title: 'Новое', text: 'Пароль: {{person.password}}' }), 422);
    expect(page.innerText).toContain('Такой подстановки нет: {{person.password}}');
    expect(page.querySelector('#reply-new-text')?.innerText.trim()).toBe('Пароль: {{person.password}}');
  });
});

describe('a draft', () => {
  it('is kept for its author alone, outlives a colleague’s answer, and goes with his own', async () => {
    const at = `/support/threads/${id}/draft`;
    await bob.post(at, { text: 'Начал отвечать' }).expect(204);
    await boris.post(at, { text: 'И я' }).expect(204);
    expect([await fieldOf(bob), await fieldOf(boris), await fieldOf(admin)]).toEqual(['Начал отвечать', 'И я', '']);
    await reply(house, boris, id, 'И я ответил');
    expect([await fieldOf(bob), await fieldOf(boris)]).toEqual(['Начал отвечать', '']);
    await bob.post(at, { text: '' }).expect(204);
    expect(await fieldOf(bob)).toBe('');
    expect(await house.database.db.threadDraft.count()).toBe(0);
  });

  it('is no business of the person’s', async () => {
    await bob.post(`/support/threads/${id}/draft`, { text: 'ЧЕРНОВИК-7' }).expect(204);
    await aliceAt.post(`/support/threads/${id}/draft`, { text: 'x' }).expect(403);
    const home = `/cabinet/support/threads/${id}`;
    for (const path of ['/cabinet/support', home, `${home}/messages?after=0`, `${home}/viewing`])
      expect((await aliceAt.get(path)).text).not.toContain('ЧЕРНОВИК-7');
  });
});

describe('who looks and types', () => {
  const words = async (browser: Visitor, door: string): Promise<string> =>
    (await browser.get(`${door}/threads/${id}/viewing`).set(json).expect(200)).body.words;

  it('is told to colleagues by name, and to the person only that support types', async () => {
    const at = `/support/threads/${id}/viewing`;
    expect(await words(boris, '/support')).toBe('');
    await bob.post(at, { typing: 'no' }).expect(204);
    expect(await words(boris, '/support')).toBe('Bob тоже смотрит');
    expect(await words(bob, '/support')).toBe('');
    expect(await words(aliceAt, '/cabinet/support')).toBe('');
    await bob.post(at, { typing: 'yes' }).expect(204);
    expect(await words(boris, '/support')).toBe('Bob печатает…');
    expect(await words(aliceAt, '/cabinet/support')).toBe('Поддержка печатает…');
    await aliceAt.post(`/cabinet${at}`, { typing: 'yes' }).expect(204);
    expect(await words(boris, '/support')).toBe('Alice печатает… · Bob печатает…');
  });

  it('is over at once for who has sent what he typed', async () => {
    expect((await reply(house, bob, id, 'Готово')).status).toBe(303);
    expect(await words(boris, '/support')).toBe('Alice печатает… · Bob тоже смотрит');
    expect(await words(aliceAt, '/cabinet/support')).toBe('');
    await aliceAt
      .upload(`/cabinet/support/threads/${id}/messages`, { requestId: crypto.randomUUID(), text: 'Вижу' }, [])
      .expect(303);
    expect(await words(boris, '/support')).toBe('Alice на странице · Bob тоже смотрит');
  });

  it('is over soon after nobody says it any more', async () => {
    await house.database.sql.run(
      q`UPDATE thread_viewers SET seen_at = now() - interval '1 minute', typed_at = now() - interval '1 minute'`,
    );
    expect(await words(boris, '/support')).toBe('');
  });

  it('is nobody’s else', async () => {
    const carol = await house.as(await createUser(house));
    await carol.get(`/cabinet/support/threads/${id}/viewing`).expect(404);
    await carol.post(`/cabinet/support/threads/${id}/viewing`, { typing: 'yes' }).expect(404);
  });
});

it('what an act is to say is not swallowed by a page that a script fetches meanwhile', async () => {
  await bob.post('/support/acceptance', { acceptsNew: 'no', back: '/support' }).expect(303);
  const said = (text: string) => text.includes('Сохранено');
  expect(said((await bob.get('/support').set('x-live', '1').expect(200)).text)).toBe(false);
  expect(said((await bob.get('/support').set('sec-fetch-dest', 'empty').expect(200)).text)).toBe(false);
  expect([said((await bob.get('/support')).text), said((await bob.get('/support')).text)]).toEqual([true, false]);
});
