import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { answer } from '../../src/modules/support/answer.ts';
import { handOver } from '../../src/modules/support/assignment.ts';
import { closeMany } from '../../src/modules/support/bulk.ts';
import { deleteMessage } from '../../src/modules/support/changing.ts';
import { closeThread, reopenThread } from '../../src/modules/support/closing.ts';
import { changeDepartment, createDepartment, getDepartment } from '../../src/modules/support/departments.ts';
import { mergeThreads } from '../../src/modules/support/merge.ts';
import { markRead, markUnread } from '../../src/modules/support/reading.ts';
import { beginThread, writeTo } from '../../src/modules/support/write.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { messagesOf } from './talk.ts';

let house: TestHouse;
let bob: TestUser;
let desk: number;

beforeAll(async () => {
  house = await openTestHouse();
  bob = await createUser(house, { name: 'Bob', role: 'support' });
  desk = (await house.database.db.department.findFirstOrThrow()).id;
  await target({ firstAnswerMinutes: 60, resolutionMinutes: 240 });
});
afterAll(() => house.close());

/** The desk works from nine to twenty on weekdays, in Moscow; 2 November 2026 is a Monday. */
const at = (text: string): Date => new Date(`2026-11-${text}:00+03:00`);
const minutes = (n: number): number => n * 60;
const writing = (text: string) => ({ requestId: randomUUID(), text, uploads: [] });

const target = (targets: object) => house.database.db.department.update({ where: { id: desk }, data: targets });
const row = (id: number) => house.database.db.thread.findUniqueOrThrow({ where: { id } });

async function ask(when: string, person?: TestUser): Promise<{ id: number; person: TestUser }> {
  const asking = person ?? (await createUser(house));
  const { threadId } = await beginThread(await house.ctxOf(asking, at(when)), undefined, writing('Вопрос'));
  return { id: threadId, person: asking };
}
const say = async ({ id, person }: { id: number; person: TestUser }, when: string) =>
  writeTo(await house.ctxOf(person, at(when)), id, writing('Ещё'));
const lastOf = async (id: number) => (await messagesOf(house, id)).at(-1)?.id ?? 0;
const reply = async (id: number, when: string, upTo?: number) =>
  answer(await house.ctxOf(bob, at(when)), id, { ...writing('Ответ'), lastSeenMessageId: upTo ?? (await lastOf(id)) });
const close = async (id: number, when: string) =>
  closeThread(await house.ctxOf(bob, at(when)), id, { requestId: randomUUID(), lastSeenMessageId: await lastOf(id) });

describe('the clock of a thread', () => {
  it('counts the department’s hours, stands while we wait for the person, and goes on when he comes back', async () => {
    const thread = await ask('02T19:00');
    expect(await row(thread.id)).toMatchObject({ firstAnswerAt: null, resolutionSeconds: null, dueAt: at('02T20:00') });

    await reply(thread.id, '03T11:00');
    const answered = { firstAnswerAt: at('03T11:00'), firstAnswerSeconds: minutes(180) };
    expect(await row(thread.id)).toMatchObject({
      ...answered,
      status: 'waiting',
      dueAt: null,
      resolutionSeconds: null,
    });

    // A day of silence is his own. Four hours in all were meant, and three are gone: an hour is left, as it is for an answer.
    await say(thread, '04T12:00');
    expect(await row(thread.id)).toMatchObject({ dueAt: at('04T13:00') });
    await say(thread, '04T12:20');
    expect(await row(thread.id)).toMatchObject({ dueAt: at('04T13:00') });
    await close(thread.id, '04T12:30');
    expect(await row(thread.id)).toMatchObject({ ...answered, dueAt: null, resolutionSeconds: minutes(210) });

    // Closed, it stands; opened again it is not resolved, and half an hour is left of all the waiting that was meant.
    await say(thread, '06T09:00');
    expect(await row(thread.id)).toMatchObject({ ...answered, resolutionSeconds: null, dueAt: at('06T09:30') });
    await reply(thread.id, '06T09:10');
    await close(thread.id, '09T10:00');
    expect(await row(thread.id)).toMatchObject({ ...answered, resolutionSeconds: minutes(220) });
  });

  it('after an answer that had not seen everything counts on, for what was not seen', async () => {
    const thread = await ask('02T10:00');
    const seen = await lastOf(thread.id);
    await say(thread, '02T10:30');
    await reply(thread.id, '02T10:50', seen);
    expect(await row(thread.id)).toMatchObject({
      ...{ status: 'open', firstAnswerSeconds: minutes(50), waitingSince: at('02T10:30'), dueAt: at('02T11:30') },
    });
    await reply(thread.id, '02T11:00');
    await close(thread.id, '02T15:00');
    expect(await row(thread.id)).toMatchObject({ firstAnswerSeconds: minutes(50), resolutionSeconds: minutes(60) });
  });

  it('closed without an answer has none; put back into the queue it runs from then on', async () => {
    const { id } = await ask('02T10:00');
    await close(id, '02T10:20');
    expect(await row(id)).toMatchObject({
      firstAnswerAt: null,
      firstAnswerSeconds: null,
      resolutionSeconds: minutes(20),
    });
    await reopenThread(await house.ctxOf(bob, at('03T10:00')), id, { requestId: randomUUID() });
    await close(id, '03T10:05');
    await markUnread(await house.ctxOf(bob, at('04T10:00')), id);
    expect(await row(id)).toMatchObject({ resolutionSeconds: null, dueAt: at('04T11:00') });
    await reply(id, '04T10:10');
    expect(await row(id)).toMatchObject({ firstAnswerSeconds: minutes(35), firstAnswerAt: at('04T10:10') });
  });

  it('runs by the hours of whichever department has the thread, and never where there are none', async () => {
    const form = await getDepartment(house.ctx(), desk);
    const admin = await house.ctxOf(await createUser(house, { name: 'Anna', role: 'admin' }));
    const day = { from: '09:00', to: '12:00' };
    const morning = {
      ...form,
      name: 'Утро',
      hours: Array(7).fill(day),
      firstAnswerMinutes: 30,
      resolutionMinutes: null,
    };
    const [mornings, never] = [
      await createDepartment(admin, morning),
      await createDepartment(admin, { ...morning, name: 'Никогда', hours: Array(7).fill(null) }),
    ];
    const handTo = async (departmentId: number, when: string) =>
      handOver(await house.ctxOf(bob, at(when)), id, {
        requestId: randomUUID(),
        seenAssigneeId: null,
        departmentId,
        note: '',
      });

    const { id } = await ask('02T11:50');
    await handTo(mornings, '02T12:10');
    // Twenty minutes of its thirty are gone, and it opens tomorrow.
    expect(await row(id)).toMatchObject({ dueAt: at('03T09:10') });
    await handTo(never, '03T09:05');
    expect(await row(id)).toMatchObject({ dueAt: null });
    await handTo(desk, '05T10:00');
    expect(await row(id)).toMatchObject({ dueAt: at('05T10:35') });
    await reply(id, '05T10:01');
    expect(await row(id)).toMatchObject({ firstAnswerSeconds: minutes(26) });
  });

  it('follows a department that changes its hours or its targets, but not back into the past', async () => {
    const { id } = await ask('02T10:00');
    const { id: waiting } = await ask('02T10:00');
    await reply(waiting, '02T10:00');
    const admin = await house.ctxOf(await createUser(house, { name: 'Alla', role: 'admin' }), at('02T10:30'));
    const before = await getDepartment(admin, desk);
    await changeDepartment(admin, desk, { ...before, firstAnswerMinutes: 90, holidays: ['2026-11-02'] });
    expect([await row(id), await row(waiting)]).toMatchObject([{ dueAt: at('03T10:00') }, { dueAt: null }]);
    await changeDepartment(admin, desk, { ...before, firstAnswerMinutes: null, resolutionMinutes: null });
    expect(await row(id)).toMatchObject({ dueAt: null });
    await changeDepartment(admin, desk, before);
    expect(await row(id)).toMatchObject({ dueAt: at('02T11:00') });
    await reply(id, '02T10:40');
    expect(await row(id)).toMatchObject({ firstAnswerSeconds: minutes(40) });
  });

  it('runs on when the answer is taken back, and there was no first one; stands when the question is', async () => {
    const around = { hours: Array(7).fill({ from: '00:00', to: '23:59' }), zone: 'UTC' };
    const before = await house.database.db.department.findUniqueOrThrow({ where: { id: desk } });
    await target(around);
    const person = await createUser(house);
    const { id: question, threadId } = await beginThread(await house.ctxOf(person), undefined, writing('Вопрос'));
    const { id } = await answer(await house.ctxOf(bob), threadId, { ...writing('Ответ'), lastSeenMessageId: question });
    expect(await row(threadId)).toMatchObject({ status: 'waiting', firstAnswerSeconds: 0, dueAt: null });
    await deleteMessage(await house.ctxOf(bob), threadId, { kind: 'message', id });
    expect(await row(threadId)).toMatchObject({ status: 'open', firstAnswerAt: null, firstAnswerSeconds: null });
    expect((await row(threadId)).dueAt).not.toBeNull();
    await answer(await house.ctxOf(bob), threadId, { ...writing('Другой'), lastSeenMessageId: id });
    const more = await writeTo(await house.ctxOf(person), threadId, writing('Ещё'));
    await markRead(await house.ctxOf(bob), threadId, more.id);
    await deleteMessage(await house.ctxOf(person), threadId, { kind: 'message', id: more.id });
    expect(await row(threadId)).toMatchObject({ status: 'waiting', dueAt: null, clockFrom: null });
    await target({ hours: before.hours, zone: before.zone });
  });

  it('is after an answer that was taken back what it would be had that answer not come', async () => {
    const before = await house.database.db.department.findUniqueOrThrow({ where: { id: desk } });
    await target({ hours: Array(7).fill({ from: '00:00', to: '24:00' }) });
    const start = Date.now();
    const ago = (seconds: number): Date => new Date(start - seconds * 1000);
    const asked = async () => {
      const person = await createUser(house);
      const { threadId: id } = await beginThread(await house.ctxOf(person, ago(280)), undefined, writing('Вопрос'));
      const answered = async (when: number) =>
        answer(await house.ctxOf(bob, ago(when)), id, { ...writing('Ответ'), lastSeenMessageId: await lastOf(id) });
      const taken = async ({ id: message }: { id: number }, when: number) =>
        deleteMessage(await house.ctxOf(bob, ago(when)), id, { kind: 'message', id: message });
      const closed = async (when: number) =>
        closeThread(await house.ctxOf(bob, ago(when)), id, {
          requestId: randomUUID(),
          lastSeenMessageId: await lastOf(id),
        });
      return { id, person, answered, taken, closed };
    };

    const only = await asked();
    const hasty = await only.answered(200);
    expect(await row(only.id)).toMatchObject({ clockSeconds: 80, firstAnswerSeconds: 80 });
    await only.taken(hasty, 100);
    expect(await row(only.id)).toMatchObject({ clockSeconds: 180, clockFrom: ago(100), firstAnswerAt: null });
    await only.closed(40);
    expect(await row(only.id)).toMatchObject({ resolutionSeconds: 240, firstAnswerSeconds: null });

    // The person writes again between two answers, and the thread is closed over them.
    const twoAnswered = async () => {
      const thread = await asked();
      const first = await thread.answered(240);
      await writeTo(await house.ctxOf(thread.person, ago(200)), thread.id, writing('Ещё'));
      const second = await thread.answered(150);
      await thread.closed(100);
      return { ...thread, first, second };
    };
    const both = await twoAnswered();
    expect(await row(both.id)).toMatchObject({ resolutionSeconds: 90, firstAnswerSeconds: 40 });
    await both.taken(both.second, 20);
    expect(await row(both.id)).toMatchObject({ resolutionSeconds: 140, firstAnswerSeconds: 40 });
    await both.taken(both.first, 10);
    expect(await row(both.id)).toMatchObject({ resolutionSeconds: 180, firstAnswerAt: null });
    const earlier = await twoAnswered();
    await earlier.taken(earlier.first, 20);
    expect(await row(earlier.id)).toMatchObject({
      ...{ resolutionSeconds: 130, firstAnswerAt: ago(150), firstAnswerSeconds: 130 },
    });

    // It stood already when the answer came.
    const shut = await asked();
    await shut.closed(240);
    await shut.taken(await shut.answered(200), 100);
    expect(await row(shut.id)).toMatchObject({ status: 'open', clockSeconds: 40, clockFrom: ago(100) });

    // Staff had opened it again by themselves: it waits since then, also when the person says something and takes that back.
    const opened = await asked();
    await opened.answered(240);
    await opened.closed(220);
    await reopenThread(await house.ctxOf(bob, ago(200)), opened.id, { requestId: randomUUID() });
    await opened.taken(await opened.answered(150), 100);
    const waits = { status: 'open', waitingSince: ago(200), clockSeconds: 140, waitedSeconds: 100 };
    expect(await row(opened.id)).toMatchObject({ ...waits, firstAnswerSeconds: 40, clockFrom: ago(100) });
    const more = await writeTo(await house.ctxOf(opened.person, ago(80)), opened.id, writing('Ещё'));
    await deleteMessage(await house.ctxOf(opened.person, ago(60)), opened.id, { kind: 'message', id: more.id });
    expect(await row(opened.id)).toMatchObject(waits);
    await target({ hours: before.hours });
  });

  it('of two threads that became one has run as long as the longer, and the earlier answer was the first', async () => {
    const first = await ask('02T10:00');
    await reply(first.id, '02T10:10');
    const second = await ask('02T11:00', first.person);
    const merge = async (id: number, fromId: number, when: string) =>
      mergeThreads(await house.ctxOf(bob, at(when)), id, { requestId: randomUUID(), fromId });
    await merge(second.id, first.id, '02T11:30');
    const answered = { firstAnswerAt: at('02T10:10'), firstAnswerSeconds: minutes(10) };
    expect(await row(second.id)).toMatchObject({ ...answered, status: 'open', dueAt: at('02T12:00') });
    const third = await ask('02T11:40', first.person);
    await merge(second.id, third.id, '02T11:50');
    await close(second.id, '02T12:30');
    expect(await row(second.id)).toMatchObject({ ...answered, resolutionSeconds: minutes(90) });
  });

  it('of many that are closed at once is what it would be one by one', async () => {
    const [open, answered] = [await ask('02T10:00'), await ask('02T10:00')];
    await reply(answered.id, '02T10:10');
    await house.database.sql.run(q`UPDATE messages SET read_at = now() WHERE thread_id = ${open.id}`);
    await house.database.sql.run(q`UPDATE threads SET unread_for_staff = 0 WHERE id = ${open.id}`);
    expect(await closeMany(await house.ctxOf(bob, at('02T10:30')), { ids: [open.id, answered.id] })).toBe(2);
    expect([await row(open.id), await row(answered.id)]).toMatchObject([
      { status: 'closed', resolutionSeconds: minutes(30), firstAnswerAt: null },
      { status: 'closed', resolutionSeconds: minutes(10), firstAnswerSeconds: minutes(10) },
    ]);
  });
});
