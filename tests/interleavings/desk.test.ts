import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Actor } from '../../src/ctx.ts';
import { Refusal } from '../../src/errors.ts';
import { getActor } from '../../src/modules/accounts/index.ts';
import { answer } from '../../src/modules/support/answer.ts';
import { assignNext } from '../../src/modules/support/assign.ts';
import { handOver, takeThread } from '../../src/modules/support/assignment.ts';
import { closeThread } from '../../src/modules/support/closing.ts';
import { beginThread, writeTo } from '../../src/modules/support/write.ts';
import { createUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { here } from '../threads/desk.ts';
import { explore } from './explore.ts';
import type { Result } from './player.ts';
import { openStage, type Role, type Stage } from './stage.ts';

// A hundred plays each: seconds, and many more where others work on the same machine.
vi.setConfig({ testTimeout: 120_000 });

let house: TestHouse;
let stage: Stage;
let operators: [Actor, Actor, Actor];
let person: Actor;

beforeAll(async () => {
  house = await openTestHouse();
  stage = openStage(house);
  const actor = async (role: 'user' | 'support') => getActor(house.database, (await createUser(house, { role })).id);
  operators = [await actor('support'), await actor('support'), await actor('support')];
  person = await actor('user');
  const { db } = house.database;
  const { id: departmentId } = await db.department.findFirstOrThrow();
  await db.department.updateMany({ data: { autoAssign: true } });
  for (const { id } of operators.slice(0, 2)) {
    await db.operator.create({ data: { userId: id, capacity: 200, departments: { create: { departmentId } } } });
  }
});
afterAll(async () => {
  await stage.close();
  await house.close();
});

async function asked(): Promise<{ threadId: number; messageId: number }> {
  const { db } = house.database;
  await db.thread.updateMany({
    where: { OR: [{ status: { not: 'closed' } }, { waitingSince: { not: null } }, { unreadForStaff: { gt: 0 } }] },
    data: { status: 'closed', closedAt: new Date(), waitingSince: null, unreadForStaff: 0 },
  });
  for (const operator of operators.slice(0, 2)) await here(house, operator);
  const { id, threadId } = await beginThread(house.ctx({ actor: person }), undefined, {
    requestId: randomUUID(),
    text: 'Вопрос',
    uploads: [],
  });
  return { threadId, messageId: id };
}

const won = (result: Result): boolean => 'value' in result;
const refused = (result: Result): boolean => 'error' in result && result.error instanceof Refusal;
const threadOf = (id: number) =>
  house.database.db.thread.findUniqueOrThrow({ where: { id }, include: { events: true } });

test('of two sweeps one gives a thread out, in whatever order their steps come', async () => {
  await explore(house, stage, async () => {
    const { threadId } = await asked();
    const sweep = (): Role => ({ parts: { actor: null }, act: (ctx) => assignNext(ctx) });
    return {
      roles: [sweep(), sweep()],
      async check(results) {
        for (const result of results) expect(won(result)).toBe(true);
        const thread = await threadOf(threadId);
        expect(operators.slice(0, 2).map(({ id }) => id)).toContain(thread.assigneeId);
        expect(thread.events.map(({ kind }) => kind)).toEqual(['assigned']);
      },
    };
  });
});

test('a thread that is taken while it is given out is one’s or the other’s, and who came second knows', async () => {
  await explore(house, stage, async () => {
    const { threadId } = await asked();
    const requestId = randomUUID();
    const take: Role = {
      parts: { actor: operators[2] },
      act: (ctx) => takeThread(ctx, threadId, { requestId, seenAssigneeId: null }),
    };
    return {
      roles: [take, { parts: { actor: null }, act: (ctx) => assignNext(ctx) }],
      async check([taken]) {
        const { assigneeId, events } = await threadOf(threadId);
        expect(events).toHaveLength(1);
        expect(won(taken)).toBe(assigneeId === operators[2].id);
        if (!won(taken)) expect(refused(taken)).toBe(true);
      },
    };
  });
});

test('of taking and handing over one happens, and the other is refused, in whatever order the steps come', async () => {
  await explore(house, stage, async () => {
    const { threadId } = await asked();
    const [one, other] = [randomUUID(), randomUUID()];
    const take: Role = {
      parts: { actor: operators[0] },
      act: (ctx) => takeThread(ctx, threadId, { requestId: one, seenAssigneeId: null }),
    };
    const give: Role = {
      parts: { actor: operators[1] },
      act: (ctx) =>
        handOver(ctx, threadId, { requestId: other, seenAssigneeId: null, operatorId: operators[2].id, note: '' }),
    };
    return {
      roles: [take, give],
      async check(results) {
        expect(results.filter(won)).toHaveLength(1);
        expect(results.filter(refused)).toHaveLength(1);
        const { assigneeId, events } = await threadOf(threadId);
        expect(assigneeId).toBe(won(results[0]) ? operators[0].id : operators[2].id);
        expect(events).toHaveLength(1);
      },
    };
  });
});

test('an answer and a closing both happen: the thread is closed or waits for the person, and the answer is there once', async () => {
  await explore(house, stage, async () => {
    const { threadId, messageId } = await asked();
    const [one, other] = [randomUUID(), randomUUID()];
    const reply: Role = {
      parts: { actor: operators[0] },
      act: (ctx) => answer(ctx, threadId, { requestId: one, text: 'Ответ', uploads: [], lastSeenMessageId: messageId }),
    };
    const shut: Role = {
      parts: { actor: operators[1] },
      act: (ctx) => closeThread(ctx, threadId, { requestId: other, lastSeenMessageId: messageId }),
    };
    return {
      roles: [reply, shut],
      async check(results) {
        for (const result of results) expect(won(result)).toBe(true);
        expect(await house.database.db.message.count({ where: { threadId, fromStaff: true } })).toBe(1);
        const thread = await threadOf(threadId);
        expect(['waiting', 'closed']).toContain(thread.status);
        expect(thread).toMatchObject({ unreadForStaff: 0, unreadForPerson: 1, waitingSince: null });
      },
    };
  });
});

test('a closing never swallows words that come at the same time', async () => {
  await explore(house, stage, async () => {
    const { threadId, messageId } = await asked();
    const [one, other] = [randomUUID(), randomUUID()];
    const say: Role = {
      parts: { actor: person },
      act: (ctx) => writeTo(ctx, threadId, { requestId: one, text: 'И ещё', uploads: [] }),
    };
    const shut: Role = {
      parts: { actor: operators[1] },
      act: (ctx) => closeThread(ctx, threadId, { requestId: other, lastSeenMessageId: messageId }),
    };
    return {
      roles: [say, shut],
      async check([said, closed]) {
        expect(won(said)).toBe(true);
        if (!won(closed)) expect(refused(closed)).toBe(true);
        expect(await threadOf(threadId)).toMatchObject({ status: 'open' });
      },
    };
  });
});
