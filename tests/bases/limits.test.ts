import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { allowancesOf, grantLimit, type Lasts } from '../../src/modules/bases/index.ts';
import { createBase, fillBase, issueTo } from '../factories/bases.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { seen, type Visitor } from '../support/visitor.ts';

let house: TestHouse;
let admin: TestUser;
let staff: Visitor;

beforeAll(async () => {
  house = await openTestHouse();
  admin = await createUser(house, { role: 'admin' });
  staff = await house.as(admin);
});
afterAll(() => house.close());

const moscow = (text: string): Date => new Date(`${text}+03:00`);
const wednesday = moscow('2026-03-04T12:00:00');

async function leftOf(agent: TestUser, base: { id: number }, now: Date): Promise<number | undefined> {
  const allowances = await allowancesOf(await house.ctxOf(agent, now), agent.id);
  return allowances.find(({ baseTypeId }) => baseTypeId === base.id)?.left;
}

async function grant(
  agent: TestUser,
  base: { id: number },
  lasts: Lasts,
  now = wednesday,
  requestId: string = randomUUID(),
) {
  const input = { agentId: agent.id, baseTypeId: base.id, amount: 5, lasts, reason: 'works well', requestId };
  return grantLimit(await house.ctxOf(admin, now), input);
}

const requestsOf = (agent: TestUser) =>
  house.database.sql.rows<{ id: number; status: string; answer: string | null }>(
    q`SELECT id, status::text, answer FROM limit_requests WHERE agent_id = ${agent.id} ORDER BY id`,
  );

describe('a grant', () => {
  it('adds to the limit of its business days and of no other', async () => {
    const base = await createBase(house, { code: 'day-grant', limit: 10 });
    const agent = await createUser(house);
    await grant(agent, base, 'period');
    expect(await leftOf(agent, base, wednesday)).toBe(15);
    expect(await leftOf(agent, base, moscow('2026-03-04T19:59:00'))).toBe(15);
    expect(await leftOf(agent, base, moscow('2026-03-04T20:05:00'))).toBe(10);
    await grant(agent, base, 'week');
    expect(await leftOf(agent, base, moscow('2026-03-10T12:00:00'))).toBe(15);
    expect(await leftOf(agent, base, moscow('2026-03-11T12:00:00'))).toBe(10);
  });

  it('of a weekly base lasts to Sunday, and what was taken by it is never held against the rest of the week', async () => {
    const base = await createBase(house, { code: 'week-grant', limit: 10, period: 'week' });
    await fillBase(house, base, 30);
    const agent = await createUser(house);
    await grant(agent, base, 'period');
    await issueTo(house, agent, { base, wanted: 15, now: wednesday });
    expect(await leftOf(agent, base, moscow('2026-03-08T12:00:00'))).toBe(0);
    expect(await leftOf(agent, base, moscow('2026-03-08T20:05:00'))).toBe(10);
  });

  it('of a base with a limit for life stays for life', async () => {
    const base = await createBase(house, { code: 'life-grant', limit: 10, period: 'lifetime' });
    await fillBase(house, base, 30);
    const agent = await createUser(house);
    await grant(agent, base, 'week');
    await issueTo(house, agent, { base, wanted: 12, now: wednesday });
    expect(await leftOf(agent, base, moscow('2027-03-04T12:00:00'))).toBe(3);
  });

  it('is given once however often its form is sent, from the card of the person too', async () => {
    const base = await createBase(house, { code: 'once-grant', limit: 10 });
    const agent = await createUser(house);
    const form = { baseTypeId: base.id, amount: 7, lasts: 'always', reason: 'asked by phone', requestId: randomUUID() };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => staff.post(`/admin/users/${agent.id}/grants`, form)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(303));
    expect(await leftOf(agent, base, new Date())).toBe(17);
    const acts = await house.database.db.auditEvent.count({ where: { action: 'limit.granted', userId: agent.id } });
    expect(acts).toBe(1);
  });

  it('is for agents: nobody grants himself or another of the staff', async () => {
    const base = await createBase(house, { code: 'not-staff', limit: 10 });
    const form = { baseTypeId: base.id, amount: 7, reason: 'me', requestId: randomUUID() };
    await staff.post(`/admin/users/${admin.id}/grants`, form).expect(404);
    const agent = await createUser(house);
    await (await house.as(agent)).post(`/admin/users/${agent.id}/grants`, form).expect(403);
  });
});

describe('a limit request', () => {
  it('is open once per agent and base, also when sent twenty times at once', async () => {
    const base = await createBase(house, { code: 'one-open', limit: 10 });
    const agent = await createUser(house);
    const browser = await house.as(agent);
    const forms = Array.from({ length: 20 }, (_, i) => ({ baseTypeId: base.id, wanted: 10 + (i % 2), reason: 'more' }));
    const answers = await Promise.all(forms.map((form) => browser.post('/cabinet/limits', form)));
    expect(await requestsOf(agent)).toHaveLength(1);
    // The same words again are the same request; other words are told to wait.
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303, 422]));
    const again = seen(await browser.post('/cabinet/limits', { baseTypeId: base.id, wanted: 99, reason: 'now' }), 422);
    expect(again.text).toContain('По этой базе уже есть открытая заявка');
    expect(again.querySelector('textarea[name=reason]')?.text.trim()).toBe('now');
  });

  it('granted by staff raises the limit and is answered, once', async () => {
    const base = await createBase(house, { code: 'granted', limit: 10 });
    const agent = await createUser(house);
    const browser = await house.as(agent);
    await browser.post('/cabinet/limits', { baseTypeId: base.id, wanted: 20, reason: 'a free evening' }).expect(303);
    const [request] = await requestsOf(agent);
    const page = await staff.see('/admin/limits');
    expect(page.querySelector(`[data-request="${request?.id}"]`)?.text).toContain('a free evening');
    const form = { amount: 15, lasts: 'period', reason: 'only 15 today', requestId: randomUUID() };
    await Promise.all([1, 2, 3].map(() => staff.post(`/admin/limits/${request?.id}/grant`, form).expect(303)));
    expect(await leftOf(agent, base, new Date())).toBe(25);
    const late = await staff.post(`/admin/limits/${request?.id}/grant`, { ...form, requestId: randomUUID() });
    expect(seen(late, 422).text).toContain('По этой заявке уже принято решение');
    const mine = await browser.see('/cabinet/limits');
    expect(mine.text).toContain('Выдано 15 контактов сверх лимита');
    expect(mine.text).toContain('only 15 today');
  });

  it('declined carries an answer, and then another may be opened', async () => {
    const base = await createBase(house, { code: 'declined', limit: 10 });
    const agent = await createUser(house);
    const browser = await house.as(agent);
    const ask = () => browser.post('/cabinet/limits', { baseTypeId: base.id, wanted: 20, reason: 'more' }).expect(303);
    await ask();
    const [request] = await requestsOf(agent);
    expect(seen(await staff.post(`/admin/limits/${request?.id}/decline`, { answer: ' ' }), 422).text).toContain(
      'Заполните',
    );
    await staff.post(`/admin/limits/${request?.id}/decline`, { answer: 'work those you have' }).expect(303);
    expect(await leftOf(agent, base, new Date())).toBe(10);
    expect((await browser.see('/cabinet/limits')).text).toContain('work those you have');
    await ask();
    expect((await requestsOf(agent)).map(({ status }) => status)).toEqual(['declined', 'open']);
  });

  it('ends with the ban of who asked: nobody has to answer it, and nobody can', async () => {
    const bases = [await createBase(house, { code: 'banned' }), await createBase(house, { code: 'banned-too' })];
    const agent = await createUser(house);
    const browser = await house.as(agent);
    for (const { id } of bases)
      await browser.post('/cabinet/limits', { baseTypeId: id, wanted: 5, reason: 'more' }).expect(303);
    await staff.post(`/admin/users/${agent.id}/ban`, { reason: 'Жалобы клиентов' }).expect(303);
    const closed = await requestsOf(agent);
    expect(closed.map(({ status, answer }) => [status, answer])).toEqual(
      Array(2).fill(['declined', 'Жалобы клиентов']),
    );
    const { auditEvent, notificationEvent } = house.database.db;
    const subjectId = { in: closed.map(({ id }) => id) };
    const acts = { action: 'limit.declined', userId: agent.id, actorId: admin.id, subjectId };
    expect(await auditEvent.count({ where: acts })).toBe(2);
    expect(await notificationEvent.count({ where: { type: 'limit.requested', settles: true, subjectId } })).toBe(2);
    const late = await staff.post(`/admin/limits/${closed[0]?.id}/grant`, { amount: 5, requestId: randomUUID() });
    expect(seen(late, 422).text).toContain('уже принято решение');
  });

  it('of somebody who may not work is not granted, nor anything else to him; it can be declined', async () => {
    const base = await createBase(house, { code: 'may-not-work', limit: 10 });
    const agent = await createUser(house);
    const asked = { baseTypeId: base.id, wanted: 5, reason: 'more' };
    await (await house.as(agent)).post('/cabinet/limits', asked).expect(303);
    // As it was left by bans of the time before they declined it.
    await house.database.db.user.update({ where: { id: agent.id }, data: { status: 'banned' } });
    const [request] = await requestsOf(agent);
    const form = { baseTypeId: base.id, amount: 5, reason: 'x', requestId: randomUUID() };
    for (const path of [`/admin/limits/${request?.id}/grant`, `/admin/users/${agent.id}/grants`])
      expect(seen(await staff.post(path, form), 422).text).toContain('Контакты получают только одобренные агенты');
    expect(await house.database.db.limitGrant.count({ where: { agentId: agent.id } })).toBe(0);
    expect((await requestsOf(agent)).map(({ status }) => status)).toEqual(['open']);
    await staff.post(`/admin/limits/${request?.id}/decline`, { answer: 'no' }).expect(303);
  });

  it('is decided by one of two who answer at once', async () => {
    const base = await createBase(house, { code: 'two-deciders', limit: 10 });
    const agent = await createUser(house);
    await (await house.as(agent))
      .post('/cabinet/limits', { baseTypeId: base.id, wanted: 5, reason: 'more' })
      .expect(303);
    const [request] = await requestsOf(agent);
    const other = await house.as(await createUser(house, { role: 'support' }));
    await Promise.all([
      staff.post(`/admin/limits/${request?.id}/grant`, { amount: 5, requestId: randomUUID() }),
      other.post(`/admin/limits/${request?.id}/grant`, { amount: 5, requestId: randomUUID() }),
    ]);
    expect(await leftOf(agent, base, new Date())).toBe(15);
  });
});
