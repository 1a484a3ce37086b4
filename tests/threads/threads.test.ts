import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { seen, type Visitor } from '../support/visitor.ts';
import { begin, close, take, threadIn, threadRow } from './desk.ts';
import { expectTrueCounters, messagesOf, reply } from './talk.ts';

let house: TestHouse;
let bobUser: TestUser;
let bob: Visitor;
let boris: Visitor;
let borisUser: TestUser;

beforeAll(async () => {
  house = await openTestHouse();
  bobUser = await createUser(house, { name: 'Bob', role: 'support' });
  borisUser = await createUser(house, { name: 'Boris', role: 'support' });
  [bob, boris] = await Promise.all([house.as(bobUser), house.as(borisUser)]);
});
afterAll(() => house.close());

async function opened(text = 'Вопрос', about = 'Другое'): Promise<{ id: number; at: Visitor; person: TestUser }> {
  const person = await createUser(house);
  const at = await house.as(person);
  return { id: threadIn(await begin(house, at, about, text)), at, person };
}

describe('a person', () => {
  it('has several threads, each about something and in the department of that', async () => {
    const { db } = house.database;
    const leads = await db.department.create({ data: { name: 'Лиды', nameKey: 'лиды', hours: Array(7).fill(null) } });
    await db.purpose.updateMany({ where: { titleRu: 'Лиды и проверки' }, data: { departmentId: leads.id } });
    const { id, at, person } = await opened('Нет контактов', 'Контакты и лимиты');
    const second = threadIn(await begin(house, at, 'Лиды и проверки', 'Почему отклонили?'));
    expect(second).not.toBe(id);
    expect(await threadRow(house, second)).toMatchObject({ departmentId: leads.id, status: 'open', assigneeId: null });
    const list = await at.see('/cabinet/support');
    expect(list.querySelectorAll('.queue-name').map((name) => name.innerText.trim())).toEqual([
      'Лиды и проверки',
      'Контакты и лимиты',
    ]);
    expect(await db.thread.count({ where: { personId: person.id } })).toBe(2);
  });

  it('begins a thread once, whether the form comes again later or eight times at once', async () => {
    const person = await createUser(house);
    const at = await house.as(person);
    const requestId = randomUUID();
    const answers = await Promise.all(Array.from({ length: 8 }, () => begin(house, at, 'Другое', 'Раз', requestId)));
    expect(new Set(answers.map(({ headers }) => headers.location)).size).toBe(1);
    expect(await house.database.db.thread.count({ where: { personId: person.id } })).toBe(1);
  });

  it('does not begin an empty thread, nor one about what is offered no more', async () => {
    const person = await createUser(house);
    const at = await house.as(person);
    expect(seen(await begin(house, at, 'Другое', ' '), 422).innerText).toContain('Напишите сообщение');
    await house.database.db.purpose.updateMany({ where: { titleRu: 'Учётная запись' }, data: { active: false } });
    expect(seen(await begin(house, at, 'Учётная запись', 'Привет'), 422).innerText).toContain('Этой темы больше нет');
    expect(await house.database.db.thread.count({ where: { personId: person.id } })).toBe(0);
  });

  it('sees one badge for all his threads, and nobody else’s thread', async () => {
    const { id, at } = await opened('Первое');
    const second = threadIn(await begin(house, at, 'Другое', 'Второе'));
    await reply(house, bob, id, 'Ответ на первое');
    await reply(house, bob, second, 'Ответ на второе');
    const badge = (await at.see('/cabinet')).querySelector('[data-badge="/cabinet/support"] [data-badge-count]');
    expect(badge?.innerText).toBe('2');
    const other = await opened('Чужое');
    await at.get(`/cabinet/support/threads/${other.id}`).expect(404);
    await at
      .upload(`/cabinet/support/threads/${other.id}/messages`, { requestId: randomUUID(), text: 'Влез' }, [])
      .expect(404);
    await at.post(`/cabinet/support/threads/${other.id}/rating`, { rating: 1 }).expect(404);
    await bob.get(`/cabinet/support/threads/${other.id}`).expect(404);
    await bob.post(`/cabinet/support/threads/${other.id}/rating`, { rating: 5 }).expect(404);
    await expectTrueCounters(house);
  });
});

describe('a thread', () => {
  it('waits for us, then for the person after an answer, and for us again after his words', async () => {
    const { id, at } = await opened();
    const asked = await threadRow(house, id);
    expect(asked).toMatchObject({ status: 'open', unreadForStaff: 1, queueRank: 0 });
    await reply(house, bob, id, 'Ответ');
    expect(await threadRow(house, id)).toMatchObject({
      status: 'waiting',
      waitingSince: null,
      assigneeId: bobUser.id,
      queueRank: 2,
    });
    await at
      .upload(`/cabinet/support/threads/${id}/messages`, { requestId: randomUUID(), text: 'Ещё' }, [])
      .expect(303);
    const again = await threadRow(house, id);
    expect(again).toMatchObject({ status: 'open', assigneeId: bobUser.id, queueRank: 0 });
    expect(Number(again.waitingSince)).toBeGreaterThan(Number(asked.waitingSince));
  });

  it('still waits for us when the answer did not see the last words', async () => {
    const { id, at } = await opened('Первое');
    const [first] = await messagesOf(house, id);
    await at
      .upload(`/cabinet/support/threads/${id}/messages`, { requestId: randomUUID(), text: 'Второе' }, [])
      .expect(303);
    await reply(house, bob, id, 'На первое', { lastSeenMessageId: first?.id });
    expect(await threadRow(house, id)).toMatchObject({ status: 'open', unreadForStaff: 1 });
  });

  it('is closed once by a double click, is told to staff in the thread, and opens again with the person’s words', async () => {
    const { id, at } = await opened();
    await reply(house, bob, id, 'Ответ');
    const requestId = randomUUID();
    await Promise.all([1, 2, 3].map(() => close(house, bob, id, { requestId })));
    const closed = await threadRow(house, id);
    expect(closed).toMatchObject({ status: 'closed', kinds: ['closed'], queueRank: 3 });
    expect(await house.database.db.auditEvent.count({ where: { action: 'thread.closed', subjectId: id } })).toBe(1);
    expect((await boris.see(`/support/threads/${id}`)).querySelector('.chat-event')?.innerText).toContain(
      'Bob закрывает обращение',
    );
    expect((await at.see(`/cabinet/support/threads/${id}`)).innerText).not.toContain('Bob');

    await at
      .upload(`/cabinet/support/threads/${id}/messages`, { requestId: randomUUID(), text: 'Не решено' }, [])
      .expect(303);
    expect(await threadRow(house, id)).toMatchObject({ status: 'open', closedAt: null, assigneeId: bobUser.id });
  });

  it('is not closed over words that came meanwhile', async () => {
    const { id, at } = await opened('Первое');
    const [first] = await messagesOf(house, id);
    await at
      .upload(`/cabinet/support/threads/${id}/messages`, { requestId: randomUUID(), text: 'Стойте' }, [])
      .expect(303);
    const refused = seen(await close(house, bob, id, { lastSeenMessageId: first?.id ?? 0 }), 422);
    expect(refused.innerText).toContain('Человек написал ещё');
    expect(await threadRow(house, id)).toMatchObject({ status: 'open', kinds: [] });
  });

  it('is reopened by staff and then waits in the queue from that moment', async () => {
    const { id } = await opened();
    await close(house, bob, id);
    await bob.post(`/support/threads/${id}/reopening`, { requestId: randomUUID() }).expect(303);
    expect(await threadRow(house, id)).toMatchObject({ status: 'open', kinds: ['closed', 'reopened'], queueRank: 1 });
  });

  it('is rated by its person when it is closed, and not before', async () => {
    const { id, at } = await opened();
    await at.post(`/cabinet/support/threads/${id}/rating`, { rating: 5 }).expect(422);
    await close(house, bob, id);
    expect((await at.see(`/cabinet/support/threads/${id}`)).innerText).toContain('Вопрос решён?');
    await at.post(`/cabinet/support/threads/${id}/rating`, { rating: 6 }).expect(422);
    await at.post(`/cabinet/support/threads/${id}/rating`, { rating: 4, word: 'Быстро' }).expect(303);
    expect(await threadRow(house, id)).toMatchObject({ rating: 4, ratingText: 'Быстро' });
    expect((await bob.see(`/support/threads/${id}`)).innerText).toContain('4 из 5');
  });

  it('has a subject, a priority and tags, which staff change', async () => {
    const { id } = await opened();
    const purpose = await house.database.db.purpose.findFirstOrThrow({ where: { titleRu: 'Лиды и проверки' } });
    const form = { purposeId: purpose.id, priority: 'high', tags: ' Срочно,  VIP клиент, срочно,' };
    await bob.post(`/support/threads/${id}/labels`, form).expect(303);
    expect(await threadRow(house, id)).toMatchObject({
      purposeId: purpose.id,
      priority: 'high',
      tags: ['срочно', 'vip клиент'],
    });
    const many = Array.from({ length: 11 }, (_, i) => `м${i}`).join(',');
    expect(seen(await bob.post(`/support/threads/${id}/labels`, { ...form, tags: many }), 422).innerText).toContain(
      'десяти меток',
    );
  });
});

describe('an operator', () => {
  it('takes a thread that is nobody’s, and it is written down', async () => {
    const { id, person } = await opened();
    await take(bob, id).expect(303);
    await take(bob, id).expect(303);
    expect(await threadRow(house, id)).toMatchObject({ assigneeId: bobUser.id, kinds: ['taken'] });
    const acts = await house.database.db.auditEvent.findMany({ where: { userId: person.id, action: 'thread.taken' } });
    expect(acts).toHaveLength(1);
  });

  it('does not take unknowingly what a colleague has taken meanwhile, and may do it knowingly', async () => {
    const { id } = await opened();
    await take(bob, id).expect(303);
    const refused = seen(await take(boris, id), 422);
    expect(refused.innerText).toContain('обращение перешло к другому: Bob');
    const whose = refused.querySelector('[data-fresh=acts] [name=seenAssigneeId]')?.getAttribute('value');
    expect(Number(whose)).toBe(bobUser.id);
    await take(boris, id, bobUser.id).expect(303);
    expect(await threadRow(house, id)).toMatchObject({ assigneeId: borisUser.id });
  });

  it('of twelve who take one thread at the same moment has it alone', async () => {
    const { id } = await opened();
    const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => take(i % 2 ? bob : boris, id)));
    const { assigneeId, kinds } = await threadRow(house, id);
    expect(kinds).toEqual(['taken']);
    const wins = answers.map(({ status }, i) => ({ status, user: i % 2 ? bobUser.id : borisUser.id }));
    expect(wins.every(({ status, user }) => (status === 303) === (user === assigneeId))).toBe(true);
  });

  it('hands over to a colleague with a note that the person never sees, once by a double click', async () => {
    const { id, at } = await opened();
    await take(bob, id);
    const requestId = randomUUID();
    const form = { requestId, seenAssigneeId: bobUser.id, to: `o${borisUser.id}`, note: 'Он уже присылал чек' };
    await Promise.all([1, 2].map(() => bob.post(`/support/threads/${id}/handover`, form)));
    expect(await threadRow(house, id)).toMatchObject({ assigneeId: borisUser.id, kinds: ['taken', 'handed_over'] });
    expect((await boris.see(`/support/threads/${id}`)).innerText).toContain('Он уже присылал чек');
    expect((await at.see(`/cabinet/support/threads/${id}`)).innerText).not.toContain('чек');
  });

  it('hands over to a department, where it is nobody’s until somebody takes it', async () => {
    const { id } = await opened();
    await take(bob, id);
    const leads = await house.database.db.department.findFirstOrThrow({ where: { name: 'Лиды' } });
    const form = { requestId: randomUUID(), seenAssigneeId: bobUser.id, to: `d${leads.id}` };
    await bob.post(`/support/threads/${id}/handover`, form).expect(303);
    expect(await threadRow(house, id)).toMatchObject({ assigneeId: null, departmentId: leads.id });
  });

  it('hands over to nobody who cannot answer, to no inactive department, and not to nobody', async () => {
    const { id, person } = await opened();
    const closed = await house.database.db.department.create({
      data: { name: 'Закрытый', nameKey: 'закрытый', hours: Array(7).fill(null), active: false },
    });
    for (const to of [`o${person.id}`, `d${closed.id}`, 'o999999', '', 'x1']) {
      await bob
        .post(`/support/threads/${id}/handover`, { requestId: randomUUID(), seenAssigneeId: '', to })
        .expect(422);
    }
    expect(await threadRow(house, id)).toMatchObject({ assigneeId: null, kinds: [] });
  });
});

it('what a page fetches by itself nobody has read', async () => {
  const { id } = await opened();
  await bob.get(`/support/threads/${id}`).set('x-live', '1').expect(200);
  expect(await threadRow(house, id)).toMatchObject({ unreadForStaff: 1 });
  await bob.get(`/support/threads/${id}`).expect(200);
  expect(await threadRow(house, id)).toMatchObject({ unreadForStaff: 0 });
});

describe('a note for colleagues', () => {
  it('is shown to staff in its own colour and is kept once', async () => {
    const { id } = await opened();
    const form = { requestId: randomUUID(), note: 'Осторожно: угрожал' };
    await Promise.all([1, 2, 3].map(() => bob.post(`/support/threads/${id}/notes`, form)));
    const page = await boris.see(`/support/threads/${id}`);
    expect(page.querySelectorAll('.is-note .chat-text').map((p) => p.innerText)).toEqual(['Осторожно: угрожал']);
    await bob.post(`/support/threads/${id}/notes`, { requestId: randomUUID(), note: ' ' }).expect(422);
  });

  it('reaches the person by no page, no poll, no list, no letter and no count', async () => {
    const { id, at, person } = await opened();
    await bob.post(`/support/threads/${id}/notes`, { requestId: randomUUID(), note: 'ТАЙНА-42' }).expect(303);
    // Before anything is answered: a note makes nothing unread, and no letter waits for its time.
    expect((await at.get('/cabinet/support/unread')).body.count).toBe(0);
    expect(await lettersWaiting(id)).toBe(0);
    await reply(house, bob, id, 'Здравствуйте');
    const home = `/cabinet/support/threads/${id}`;
    for (const path of [
      '/cabinet',
      '/cabinet/support',
      home,
      `${home}/messages?after=0&events=0`,
      '/account',
      '/cabinet/support/unread',
    ])
      expect((await at.get(path)).text, path).not.toContain('ТАЙНА-42');
    await house.database.sql.run(q`UPDATE pgboss.job SET start_after = now()`);
    await house.drain();
    const letters = await house.database.sql.rows(q`SELECT data FROM pgboss.job WHERE data::text LIKE '%ТАЙНА%'`);
    expect(letters).toEqual([]);
    for (const path of [`/support/threads/${id}`, `/support/threads/${id}/messages?after=0&events=0`, '/support'])
      await at.get(path).expect(403);
    await at.post(`/support/threads/${id}/notes`, { requestId: randomUUID(), note: 'Я сам' }).expect(403);
    expect(await house.database.db.thread.findFirst({ where: { personId: person.id } })).toMatchObject({
      unreadForPerson: 0,
    });
  });
});

/** Letters about an answer in this thread that wait for their time. */
async function lettersWaiting(threadId: number): Promise<number> {
  const row = await house.database.sql.row<{ count: number }>(q`
    SELECT count(*)::int AS count FROM pgboss.job j JOIN messages m ON m.id = (j.data ->> 'messageId')::int
    WHERE j.name = 'support.tell-answered' AND m.thread_id = ${threadId}`);
  return row?.count ?? 0;
}
