import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { assignWaiting, returnAbandoned } from '../../src/modules/support/assign.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { begin, close, here, take, threadIn, threadRow } from './desk.ts';
import { reply } from './talk.ts';

let house: TestHouse;
let bob: TestUser;
let boris: TestUser;
let department: number;

beforeAll(async () => {
  house = await openTestHouse();
  bob = await createUser(house, { name: 'Bob', role: 'support' });
  boris = await createUser(house, { name: 'Boris', role: 'support' });
  department = (await house.database.db.department.findFirstOrThrow()).id;
  for (const { id } of [bob, boris]) {
    await house.database.db.operator.create({
      data: { userId: id, departments: { create: { departmentId: department } } },
    });
  }
});
afterAll(() => house.close());

beforeEach(async () => {
  const { db, sql } = house.database;
  await sql.run(q`UPDATE threads SET status = 'closed', closed_at = now(), waiting_since = NULL, unread_for_staff = 0`);
  await sql.run(q`DELETE FROM operator_presence`);
  await db.operator.updateMany({ data: { capacity: 10, acceptsNew: true, lastAssignedAt: null } });
  await db.department.updateMany({ data: { autoAssign: true, active: true } });
});

async function asked(): Promise<number> {
  const at = await house.as(await createUser(house));
  return threadIn(await begin(house, at, 'Другое', 'Вопрос'));
}
const assign = () => assignWaiting(house.ctx());
const whose = async (id: number) => (await threadRow(house, id)).assigneeId;

describe('assignment by itself', () => {
  it('gives a thread to who is present, and nothing to anybody while nobody is', async () => {
    const id = await asked();
    await here(house, bob, 120);
    expect(await assign()).toBe(0);
    expect(await whose(id)).toBeNull();
    await here(house, bob);
    expect(await assign()).toBe(1);
    expect(await threadRow(house, id)).toMatchObject({ assigneeId: bob.id, kinds: ['assigned'] });
    const act = await house.database.db.auditEvent.findFirst({ where: { action: 'thread.assigned', subjectId: id } });
    expect(act?.actorId).toBeNull();
  });

  it('comes with the message itself: the job is in its transaction', async () => {
    await here(house, bob);
    const id = await asked();
    await house.drain();
    expect(await whose(id)).toBe(bob.id);
  });

  it('favours who has the fewest that wait, then who has got nothing the longest', async () => {
    await Promise.all([here(house, bob), here(house, boris)]);
    const ids = [await asked(), await asked(), await asked(), await asked()];
    await assign();
    const owners = await Promise.all(ids.map(whose));
    expect(owners.filter((owner) => owner === bob.id)).toHaveLength(2);
    // Both have two. Boris answers one, so he has fewer.
    const his = ids[owners.indexOf(boris.id)] ?? 0;
    await reply(house, await house.as(boris), his, 'Ответ');
    const next = await asked();
    await assign();
    expect(await whose(next)).toBe(boris.id);
    await house.database.db.operator.update({ where: { userId: boris.id }, data: { lastAssignedAt: new Date(0) } });
    const last = await asked();
    await assign();
    expect(await whose(last)).toBe(boris.id);
  });

  it('passes over who accepts nothing new, who is full, who is in another department, and who is support no more', async () => {
    const { db } = house.database;
    await Promise.all([here(house, bob), here(house, boris)]);
    await db.operator.update({ where: { userId: bob.id }, data: { acceptsNew: false } });
    await db.operator.update({ where: { userId: boris.id }, data: { capacity: 1 } });
    const [first, second] = [await asked(), await asked()];
    expect(await assign()).toBe(1);
    expect([await whose(first), await whose(second)]).toEqual([boris.id, null]);

    await db.operator.update({ where: { userId: bob.id }, data: { acceptsNew: true } });
    await db.user.update({ where: { id: bob.id }, data: { role: 'user' } });
    expect(await assign()).toBe(0);
    await db.user.update({ where: { id: bob.id }, data: { role: 'support' } });
    await db.departmentOperator.deleteMany({ where: { userId: bob.id } });
    expect(await assign()).toBe(0);
    await db.departmentOperator.create({ data: { userId: bob.id, departmentId: department } });
    expect(await assign()).toBe(1);
    expect(await whose(second)).toBe(bob.id);
  });

  it('is for departments that want it and are active', async () => {
    await here(house, bob);
    const id = await asked();
    await house.database.db.department.updateMany({ data: { autoAssign: false } });
    expect(await assign()).toBe(0);
    await house.database.db.department.updateMany({ data: { autoAssign: true, active: false } });
    expect(await assign()).toBe(0);
    expect(await whose(id)).toBeNull();
  });

  it('takes the oldest first, and leaves alone what is answered, closed or somebody’s', async () => {
    const { db, sql } = house.database;
    const [young, old, taken, closed] = [await asked(), await asked(), await asked(), await asked()];
    await sql.run(q`UPDATE threads SET waiting_since = now() - interval '1 hour' WHERE id = ${old}`);
    const borisAt = await house.as(boris);
    await take(borisAt, taken);
    await close(house, borisAt, closed);
    await db.operator.update({ where: { userId: bob.id }, data: { capacity: 1 } });
    await here(house, bob);
    expect(await assign()).toBe(1);
    expect(await whose(old)).toBe(bob.id);
    expect([await whose(young), await whose(taken), await whose(closed)]).toEqual([null, boris.id, null]);
  });

  it('of several sweeps at once gives every thread once and nobody above his capacity', async () => {
    await house.database.db.operator.updateMany({ data: { capacity: 3 } });
    await Promise.all([here(house, bob), here(house, boris)]);
    const ids: number[] = [];
    for (let i = 0; i < 8; i += 1) ids.push(await asked());
    const given = await Promise.all([1, 2, 3, 4, 5].map(assign));
    expect(given.reduce((sum, one) => sum + one, 0)).toBe(6);
    const owners = await Promise.all(ids.map(whose));
    for (const { id } of [bob, boris]) expect(owners.filter((owner) => owner === id)).toHaveLength(3);
  });
});

describe('who is away for long', () => {
  it('gives back what waits with him, when somebody else is there to take it, and only then', async () => {
    const id = await asked();
    await take(await house.as(bob), id);
    await house.database.sql.run(q`UPDATE threads SET waiting_since = now() - interval '1 hour' WHERE id = ${id}`);
    await here(house, bob, 3600);
    expect(await returnAbandoned(house.ctx())).toBe(0);
    await here(house, boris);
    // What has only just come to him is not taken away, however long the person has waited before.
    expect(await returnAbandoned(house.ctx())).toBe(0);
    await house.database.sql.run(
      q`UPDATE thread_events SET created_at = now() - interval '1 hour' WHERE thread_id = ${id}`,
    );
    expect(await returnAbandoned(house.ctx())).toBe(1);
    expect(await threadRow(house, id)).toMatchObject({ assigneeId: null, kinds: ['taken', 'returned'] });
    await assign();
    expect(await whose(id)).toBe(boris.id);
  });

  it('keeps what waits for the person', async () => {
    const id = await asked();
    await reply(house, await house.as(bob), id, 'Ответ');
    await Promise.all([here(house, bob, 3600), here(house, boris)]);
    expect(await returnAbandoned(house.ctx())).toBe(0);
    expect(await whose(id)).toBe(bob.id);
  });
});
