import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { assignWaiting, returnAbandoned } from '../../src/modules/support/assign.ts';
import { tellOverdue, tellUnattended } from '../../src/modules/support/overdue.ts';
import { beginThread } from '../../src/modules/support/write.ts';
import { wordsOn } from '../factories/notifications.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { lettersTo } from '../support/letters.ts';
import type { Visitor } from '../support/visitor.ts';
import { begin, close, here, take, threadIn, threadRow } from './desk.ts';
import { reply } from './talk.ts';

let house: TestHouse;
let [anna, bob, boris]: TestUser[] = [];
let [annaAt, bobAt, borisAt]: Visitor[] = [];
let desk: number;
const people = () => ({ anna, bob, boris }) as Record<'anna' | 'bob' | 'boris', TestUser>;
const at = () => ({ anna: annaAt, bob: bobAt, boris: borisAt }) as Record<'anna' | 'bob' | 'boris', Visitor>;

beforeAll(async () => {
  house = await openTestHouse();
  anna = await createUser(house, { name: 'Anna', role: 'admin' });
  bob = await createUser(house, { name: 'Bob', role: 'support' });
  boris = await createUser(house, { name: 'Boris', role: 'support' });
  [annaAt, bobAt, borisAt] = [await house.as(anna), await house.as(bob), await house.as(boris)];
  // Round the clock, so that working time is time.
  const hours = Array(7).fill({ from: '00:00', to: '23:59' });
  const targets = { hours, zone: 'UTC', headId: anna.id, firstAnswerMinutes: 60 };
  desk = (await house.database.db.department.findFirstOrThrow()).id;
  await house.database.db.department.update({ where: { id: desk }, data: targets });
  for (const { id } of [bob, boris])
    await house.database.db.operator.create({ data: { userId: id, departments: { create: { departmentId: desk } } } });
});
afterAll(() => house.close());

beforeEach(async () => {
  await house.database.sql.run(q`DELETE FROM threads`);
  await house.database.sql.run(q`DELETE FROM notification_events`);
  await house.database.sql.run(q`DELETE FROM operator_presence`);
  await house.database.db.department.update({ where: { id: desk }, data: { autoAssign: false } });
});

/** Somebody of this name asked so many minutes ago. */
async function asked(name: string, minutesAgo: number): Promise<number> {
  const ctx = await house.ctxOf(await createUser(house, { name }), new Date(Date.now() - minutesAgo * 60_000));
  return (await beginThread(ctx, undefined, { requestId: randomUUID(), text: 'Вопрос', uploads: [] })).threadId;
}
async function told(browser: Visitor): Promise<string[]> {
  await house.drain();
  return wordsOn(await browser.see('/notifications'));
}
const handTo = (browser: Visitor, id: number, to: TestUser, seenAssigneeId: number | '' = '') =>
  browser
    .post(`/support/threads/${id}/handover`, { requestId: randomUUID(), seenAssigneeId, to: `o${to.id}` })
    .expect(303);

describe('a thread that is overdue', () => {
  it('is marked in the inbox and on its page with how late it is, is counted, and is found by the filter', async () => {
    const late = await asked('Late', 60 + 135);
    const fresh = await asked('Fresh', 10);
    const inbox = (await at().bob.see('/support')).text;
    expect(inbox).toMatch(/Late[\s\S]*просрочено на 2.ч 1[345].мин/);
    expect(inbox.match(/просрочено на/g)).toHaveLength(1);
    expect(inbox).toContain('Просрочено 1 обращение');
    const found = (await at().bob.see('/support?status=overdue')).text;
    expect([found.includes('Late'), found.includes('Fresh')]).toEqual([true, false]);
    expect((await at().bob.see('/support?view=mine')).text).not.toContain('Просрочено 1');

    expect((await at().bob.see(`/support/threads/${late}`)).text).toMatch(/просрочено на 2.ч[\s\S]*Ответить до/);
    const page = (await at().bob.see(`/support/threads/${fresh}`)).text;
    expect([page.includes('Ответить до'), page.includes('просрочено на')]).toEqual([true, false]);
    await reply(house, at().bob, late, 'Ответ');
    expect((await at().bob.see(`/support/threads/${late}`)).text).not.toContain('Ответить до');
    expect((await at().bob.see('/support?status=overdue')).text).not.toContain('Late');
  });

  it('is told of to who has it, or to the head when nobody has: once, and again when it is late again', async () => {
    const [his, nobodys] = [await asked('Taken', 70), await asked('Alone', 70)];
    await asked('Recent', 10);
    await take(at().bob, his);
    expect(await tellOverdue(house.ctx())).toBe(2);
    expect(await tellOverdue(house.ctx())).toBe(0);
    expect(await told(at().bob)).toEqual(['Taken ждёт ответа дольше положенного']);
    expect(await told(at().anna)).toEqual(['Alone ждёт ответа дольше положенного']);
    expect(await told(at().boris)).toEqual([]);

    // Answered, nobody need know; and what is late anew is told anew.
    await reply(house, at().bob, his, 'Ответ');
    expect(await told(at().bob)).toEqual([]);
    // Who answers without having read all has answered too: the rest is due anew.
    await reply(house, at().boris, nobodys, 'Ответ', { lastSeenMessageId: 0 });
    expect(await told(at().anna)).toEqual([]);
    expect((await threadRow(house, nobodys)).dueAt).not.toBeNull();
    await close(house, at().boris, nobodys);
    await house.database.sql.run(q`
      UPDATE threads SET status = 'open', waiting_since = now(), due_at = now() - interval '1 minute' WHERE id = ${his}`);
    const both = await Promise.all([tellOverdue(house.ctx()), tellOverdue(house.ctx())]);
    expect(both.reduce((sum, one) => sum + one)).toBe(1);
    expect(await told(at().bob)).toEqual(['Taken ждёт ответа дольше положенного']);
  });

  it('is no operator’s who may not answer any more: the head hears of it; and it waits for a head where there is none', async () => {
    const { db } = house.database;
    const id = await asked('Left', 70);
    await take(at().bob, id);
    await db.user.update({ where: { id: people().bob.id }, data: { role: 'user' } });
    await db.department.update({ where: { id: desk }, data: { headId: null } });
    expect(await tellOverdue(house.ctx())).toBe(0);
    await db.department.update({ where: { id: desk }, data: { headId: people().anna.id } });
    expect(await tellOverdue(house.ctx())).toBe(1);
    expect(await told(at().anna)).toEqual(['Left ждёт ответа дольше положенного']);
    await db.user.update({ where: { id: people().bob.id }, data: { role: 'support' } });
  });
});

describe('an operator', () => {
  it('hears of a thread that a colleague hands him, not of one that he takes, until it is somebody else’s or read', async () => {
    const [first, second] = [await asked('Ivan', 1), await asked('Olga', 1)];
    await take(at().bob, first);
    await handTo(at().bob, first, people().boris, people().bob.id);
    expect(await told(at().bob)).toEqual([]);
    expect(await told(at().boris)).toEqual(['Вам передали обращение: Ivan']);
    await handTo(at().boris, first, people().bob, people().boris.id);
    expect(await told(at().boris)).toEqual([]);
    expect(await told(at().bob)).toEqual(['Вам передали обращение: Ivan']);
    await at().bob.see(`/support/threads/${first}`);
    expect(await told(at().bob)).toEqual([]);
    await handTo(at().bob, second, people().boris);
    expect(await told(at().boris)).toEqual(['Вам передали обращение: Olga']);
    await close(house, at().bob, second);
    expect(await told(at().boris)).toEqual([]);
  });

  it('hears of what the house assigns to him, and of many that are assigned at once in one word', async () => {
    await house.database.db.department.update({ where: { id: desk }, data: { autoAssign: true } });
    const id = await asked('Denis', 1);
    await here(house, people().bob);
    await assignWaiting(house.ctx());
    expect(await told(at().bob)).toEqual(['Вам передали обращение: Denis']);
    const ids = [id, await asked('Vera', 1), await asked('Oleg', 1)];
    await at().anna.post('/support/threads/assignments', { ids, operatorId: people().boris.id }).expect(303);
    expect(await told(at().bob)).toEqual([]);
    expect(await told(at().boris)).toEqual(['Вам передали 3 обращения']);
  });
});

describe('the head of a department that gives out threads by itself', () => {
  it('hears once that nobody could be given one, until somebody has it; and again when it has come back', async () => {
    await house.database.db.department.update({ where: { id: desk }, data: { autoAssign: true } });
    const asking = await house.as(await createUser(house, { name: 'Waits' }));
    const id = threadIn(await begin(house, asking, 'Другое', 'Есть кто?'));
    const words = 'Waits: обращение ждёт в очереди, свободных операторов нет';
    expect(await told(at().anna)).toEqual([words]);
    await begin(house, asking, 'Другое', 'И ещё вопрос');
    expect(await told(at().anna)).toEqual(['2 обращения некому передать']);
    expect(await tellUnattended(house.ctx())).toBe(0);

    await here(house, people().bob);
    expect(await assignWaiting(house.ctx())).toBe(2);
    expect(await told(at().anna)).toEqual([]);
    await house.database.sql.run(q`UPDATE threads SET waiting_since = now() - interval '1 hour' WHERE id = ${id}`);
    await house.database.sql.run(q`UPDATE thread_events SET created_at = now() - interval '1 hour'`);
    await here(house, people().bob, 3600);
    await here(house, people().boris);
    expect(await returnAbandoned(house.ctx())).toBe(1);
    await here(house, people().boris, 3600);
    expect(await tellUnattended(house.ctx())).toBe(1);
    expect(await told(at().anna)).toEqual([words]);
    const letters = await lettersTo(house.outbox, people().anna.email);
    expect(letters.filter(({ subject }) => subject.includes('некому передать'))).toEqual([]);
  });

  it('is left in peace by a department that gives out nothing', async () => {
    await asked('Nina', 1);
    expect(await tellUnattended(house.ctx())).toBe(0);
  });
});
