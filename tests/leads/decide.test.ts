import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Refusal } from '../../src/errors.ts';
import { q } from '../../src/lib/sql.ts';
import { type BaseType, returnContacts } from '../../src/modules/bases/index.ts';
import { decideLead, leadStatsOf, reopenLead, resubmitLead } from '../../src/modules/leads/index.ts';
import { createBase, fillBase, issueTo } from '../factories/bases.ts';
import { createLead, leadTypeId, newPhone } from '../factories/leads.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';

let house: TestHouse;
let agent: TestUser;
let anna: TestUser;
let boris: TestUser;

beforeAll(async () => {
  house = await openTestHouse();
  agent = await createUser(house);
  anna = await createUser(house, { role: 'admin', name: 'Anna' });
  boris = await createUser(house, { role: 'admin', name: 'Boris' });
});
afterAll(() => house.close());

const leadOf = (id: number) => house.database.db.lead.findUniqueOrThrow({ where: { id } });
const eventsOf = (leadId: number) =>
  house.database.db.leadEvent
    .findMany({ where: { leadId }, orderBy: { id: 'asc' } })
    .then((events) => events.map((e) => e.status));

describe('A decision', () => {
  test('of two moderators at once is made once; the second is told who decided what', async () => {
    const lead = await createLead(house, agent);
    const [first, second] = [await house.ctxOf(anna), await house.ctxOf(boris)];
    const results = await Promise.allSettled([
      decideLead(first, lead.id, 1, { verdict: 'approved' }),
      decideLead(second, lead.id, 1, { verdict: 'rejected', note: 'Нет ответа' }),
    ]);
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(refused).toHaveLength(1);
    const { status, decidedById } = await leadOf(lead.id);
    const winner = decidedById === anna.id ? anna : boris;
    expect(refused[0]).toBeInstanceOf(Refusal);
    expect(refused[0].sentence).toMatchObject({ key: `leads:errors.decided.${status}`, params: { who: winner.name } });
    expect(await eventsOf(lead.id)).toEqual(['pending', status]);
  });

  test('sent twice by one moderator is one', async () => {
    const lead = await createLead(house, agent);
    const ctx = await house.ctxOf(anna);
    const decide = () => decideLead(ctx, lead.id, 1, { verdict: 'approved' });
    await Promise.all([decide(), decide()]);
    await decide();
    expect(await eventsOf(lead.id)).toEqual(['pending', 'approved']);
    expect(await house.database.db.auditEvent.count({ where: { action: 'lead.approved', subjectId: lead.id } })).toBe(
      1,
    );
  });

  test('to reject needs a reason, to send to rework a comment', async () => {
    const lead = await createLead(house, agent);
    const ctx = await house.ctxOf(anna);
    await expect(decideLead(ctx, lead.id, 1, { verdict: 'rejected' })).rejects.toMatchObject({
      fields: { reason: {} },
    });
    await expect(decideLead(ctx, lead.id, 1, { verdict: 'rework', note: '  ' })).rejects.toMatchObject({
      fields: { comment: {} },
    });
    expect(await leadOf(lead.id)).toMatchObject({ status: 'pending', version: 1 });
  });

  test('of a lead that the moderator saw in an older version is refused', async () => {
    const lead = await createLead(house, agent);
    const ctx = await house.ctxOf(anna);
    await decideLead(ctx, lead.id, 1, { verdict: 'rework', note: 'Ещё скриншот' });
    await resubmit(lead.id, 2, lead.value);
    await expect(decideLead(await house.ctxOf(boris), lead.id, 1, { verdict: 'approved' })).rejects.toMatchObject({
      sentence: { key: 'leads:errors.changed' },
    });
  });
});

const filled = async (base: BaseType, count: number): Promise<number> => (await fillBase(house, base, count)).length;

const resubmit = async (id: number, version: number, value: string) =>
  resubmitLead(await house.ctxOf(agent), id, {
    version,
    requestId: randomUUID(),
    value,
    leadTypeId: await leadTypeId(house, 'whatsapp'),
    comment: 'исправил',
    keptFileIds: (await house.database.db.leadFile.findMany({ where: { leadId: id } })).map(({ fileId }) => fileId),
  });

describe('A lead in rework', () => {
  test('is corrected by its agent and waits again, on its old business day', async () => {
    const lead = await createLead(house, agent, { now: new Date('2026-03-02T12:00:00+03:00') });
    await decideLead(await house.ctxOf(anna), lead.id, 1, { verdict: 'rework', note: 'Не тот номер' });
    const corrected = newPhone();
    await resubmit(lead.id, 2, corrected);
    expect(await leadOf(lead.id)).toMatchObject({
      status: 'pending',
      version: 3,
      key: corrected,
      comment: 'исправил',
      decidedById: null,
    });
    expect((await leadOf(lead.id)).day.toISOString().slice(0, 10)).toBe('2026-03-02');
    expect(await eventsOf(lead.id)).toEqual(['pending', 'rework', 'pending']);
  });

  test('corrected to another contact lets the wrong one go and marks the right one', async () => {
    const base = await createBase(house, { code: 'corrected' });
    const { contacts } = await issueTo(house, agent, { base, wanted: await filled(base, 2) });
    const [wrong, right] = contacts.map(({ key }) => key);
    const lead = await createLead(house, agent, { value: wrong ?? '' });
    await decideLead(await house.ctxOf(anna), lead.id, 1, { verdict: 'rework', note: 'Не тот номер' });
    await resubmit(lead.id, 2, right ?? '');
    const outcomes = await house.database.db.contact.findMany({
      where: { baseTypeId: base.id },
      select: { key: true, outcome: true, outcomeAt: true },
    });
    expect(outcomes.find(({ key }) => key === wrong)).toMatchObject({ outcome: null, outcomeAt: null });
    expect(outcomes.find(({ key }) => key === right)).toMatchObject({ outcome: 'lead' });
    expect(await leadOf(lead.id)).toMatchObject({ source: 'base', key: right });
    const returned = await returnContacts(await house.ctxOf(anna), { agentId: agent.id });
    expect(returned).toMatchObject({ returned: 1, kept: { reported: 1 } });
  });

  test('sent twice at the same moment goes back once, and both get the same answer', async () => {
    const lead = await createLead(house, agent);
    await decideLead(await house.ctxOf(anna), lead.id, 1, { verdict: 'rework', note: 'Не тот номер' });
    const corrected = newPhone();
    await Promise.all(Array.from({ length: 6 }, () => resubmit(lead.id, 2, corrected)));
    expect(await leadOf(lead.id)).toMatchObject({ status: 'pending', version: 3, key: corrected });
    expect(await eventsOf(lead.id)).toEqual(['pending', 'rework', 'pending']);
  });

  test('cannot be corrected into a contact that is reported already', async () => {
    const [lead, other] = [await createLead(house, agent), await createLead(house, agent)];
    await decideLead(await house.ctxOf(anna), lead.id, 1, { verdict: 'rework', note: 'Не тот номер' });
    await expect(resubmit(lead.id, 2, other.value)).rejects.toMatchObject({
      fields: { value: { key: 'leads:errors.alreadyReported' } },
    });
    expect(await leadOf(lead.id)).toMatchObject({ status: 'rework', key: lead.value });
  });

  test('is the only one that an agent may correct', async () => {
    const lead = await createLead(house, agent);
    await expect(resubmit(lead.id, 1, lead.value)).rejects.toBeInstanceOf(Refusal);
    await decideLead(await house.ctxOf(anna), lead.id, 1, { verdict: 'approved' });
    await expect(resubmit(lead.id, 2, lead.value)).rejects.toBeInstanceOf(Refusal);
  });
});

describe('A decision taken back', () => {
  test('approve, rework, approve is one lead in every count', async () => {
    const solo = await createUser(house);
    const lead = await createLead(house, solo);
    const ctx = await house.ctxOf(anna);
    await decideLead(ctx, lead.id, 1, { verdict: 'approved' });
    await reopenLead(ctx, lead.id, 2, { to: 'rework', note: 'Проверьте номер' });
    expect((await leadStatsOf(ctx, solo.id)).byStatus).toEqual({ pending: 0, approved: 0, rejected: 0, rework: 1 });
    await reopenLead(ctx, lead.id, 3, { to: 'pending' });
    await decideLead(ctx, lead.id, 4, { verdict: 'approved' });
    expect(await leadStatsOf(ctx, solo.id)).toMatchObject({
      total: 1,
      today: 1,
      acceptance: 1,
      byStatus: { approved: 1 },
    });
    expect(await eventsOf(lead.id)).toEqual(['pending', 'approved', 'rework', 'pending', 'approved']);
  });

  test('lets a rejected lead be decided anew', async () => {
    const lead = await createLead(house, agent);
    const ctx = await house.ctxOf(anna);
    await decideLead(ctx, lead.id, 1, { verdict: 'rejected', note: 'Ошибка' });
    await reopenLead(ctx, lead.id, 2, { to: 'pending' });
    expect(await leadOf(lead.id)).toMatchObject({ status: 'pending', decidedById: null, decisionNote: null });
    const journal = await house.database.sql.rows(
      q`SELECT id FROM audit_events WHERE action = 'lead.reopened' AND subject_id = ${lead.id}`,
    );
    expect(journal).toHaveLength(1);
  });
});
