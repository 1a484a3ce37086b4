import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvalidInput } from '../../src/errors.ts';
import { issueContacts } from '../../src/modules/bases/index.ts';
import { reportLeads } from '../../src/modules/leads/index.ts';
import { setSetting } from '../../src/modules/settings/index.ts';
import { baseOf, fillBase } from '../factories/bases.ts';
import { createLead, leadTypeId, newPhone, png, report, uploadOf } from '../factories/leads.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';

let house: TestHouse;
let alice: TestUser;
let bob: TestUser;

beforeAll(async () => {
  house = await openTestHouse();
  alice = await createUser(house);
  bob = await createUser(house);
});
afterAll(() => house.close());

const leadOf = async (id: number) =>
  house.database.db.lead.findUniqueOrThrow({ where: { id }, include: { leadType: true } });
const leadsWith = (key: string) => house.database.db.lead.findMany({ where: { key } });
const faultsOf = (error: unknown) => (error instanceof InvalidInput ? error : new Error(String(error)));

describe('The contact of a lead', () => {
  test('any spelling of a phone becomes one key, and its type is guessed', async () => {
    const { leadIds } = await report(house, alice, [
      '8 (900) 777-00-01',
      'https://t.me/Some_Nick',
      '@Other_Nick',
      'Mail@Example.com',
    ]);
    const leads = await Promise.all(leadIds.map(leadOf));
    expect(leads.map(({ key, leadType }) => [key, leadType.code])).toEqual([
      ['+79007770001', 'whatsapp'],
      ['telegram:some_nick', 'telegram'],
      ['telegram:other_nick', 'telegram'],
      ['email:mail@example.com', 'email'],
    ]);
  });

  test('the type that the agent chooses decides what a bare nick is', async () => {
    const ctx = await house.ctxOf(alice);
    const typed = async (code: string) => ({ value: 'one_nick', leadTypeId: await leadTypeId(house, code) });
    const { leadIds } = await reportLeads(ctx, {
      requestId: randomUUID(),
      leads: [await typed('telegram'), await typed('vk'), await typed('instagram'), await typed('other_social')],
      sharedFiles: [await uploadOf('a.png', png)],
    });
    const leads = await Promise.all(leadIds.map(leadOf));
    expect(leads.map(({ key }) => key)).toEqual([
      'telegram:one_nick',
      'vk:one_nick',
      'instagram:one_nick',
      'text:one_nick',
    ]);
  });

  test('a changed type keeps the key of a phone', async () => {
    const phone = newPhone();
    const { leadIds } = await reportLeads(await house.ctxOf(alice), {
      requestId: randomUUID(),
      leads: [{ value: phone, leadTypeId: await leadTypeId(house, 'viber') }],
      sharedFiles: [await uploadOf('a.png', png)],
    });
    expect(await leadOf(leadIds[0] ?? 0)).toMatchObject({ key: phone, leadType: { code: 'viber' } });
  });

  test('what nobody can recognise is refused until a type is chosen', async () => {
    const error = await report(house, alice, ['какой-то человек']).catch(faultsOf);
    expect(error).toMatchObject({ fields: { 'leads.0': { key: 'leads:errors.unclear' } } });
  });
});

describe('A report', () => {
  test('takes five leads and refuses six', async () => {
    expect((await report(house, alice, Array.from({ length: 5 }, newPhone))).leadIds).toHaveLength(5);
    const six = Array.from({ length: 6 }, newPhone);
    await expect(report(house, alice, six)).rejects.toMatchObject({
      fields: { text: { key: 'leads:errors.tooMany' } },
    });
    expect(await leadsWith(six[0] ?? '')).toHaveLength(0);
  });

  test('sent twice with the same request id is one report with one answer, even at the same time', async () => {
    const ctx = await house.ctxOf(alice);
    const [requestId, value] = [randomUUID(), newPhone()];
    const once = async () =>
      reportLeads(ctx, { requestId, leads: [{ value }], sharedFiles: [await uploadOf('a.png', png)] });
    const answers = [...(await Promise.all([once(), once(), once()])), await once()];
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await leadsWith(value)).toHaveLength(1);
  });

  test('of a contact issued to the agent comes from the base and marks the contact', async () => {
    const base = await baseOf(house, 'whatsapp');
    await fillBase(house, base, 2);
    const ctx = await house.ctxOf(alice);
    await issueContacts(ctx, { baseTypeId: base.id, wanted: 1, requestId: randomUUID() });
    const contact = await house.database.db.contact.findFirstOrThrow({ where: { agentId: alice.id } });
    const { leadIds } = await report(house, alice, [contact.value]);
    expect(await leadOf(leadIds[0] ?? 0)).toMatchObject({ source: 'base', contactId: contact.id, key: contact.key });
    expect(await house.database.db.contact.findUniqueOrThrow({ where: { id: contact.id } })).toMatchObject({
      outcome: 'lead',
    });
  });

  test('of a contact issued to somebody else, or to nobody, is the agent’s own', async () => {
    const base = await baseOf(house, 'viber');
    const [key = ''] = await fillBase(house, base, 2);
    await issueContacts(await house.ctxOf(bob), { baseTypeId: base.id, wanted: 1, requestId: randomUUID() });
    const [taken, free] = [await createLead(house, alice, { value: key }), await createLead(house, alice)];
    expect(await leadOf(taken.id)).toMatchObject({ source: 'self', contactId: null });
    expect(await leadOf(free.id)).toMatchObject({ source: 'self' });
    expect(await house.database.db.contact.findFirstOrThrow({ where: { key } })).toMatchObject({ outcome: null });
  });

  test('at 20:05 counts for tomorrow', async () => {
    const early = await createLead(house, alice, { now: new Date('2026-03-02T19:55:00+03:00') });
    const late = await createLead(house, alice, { now: new Date('2026-03-02T20:05:00+03:00') });
    const days = await house.database.sql.rows<{ day: string }>({
      parts: [`SELECT day::text FROM leads WHERE id IN (${early.id}, ${late.id}) ORDER BY id`],
      values: [],
    });
    expect(days.map(({ day }) => day)).toEqual(['2026-03-02', '2026-03-03']);
  });
});

describe('A duplicate', () => {
  test('by anyone and in any type is refused beside its contact, and nothing of the report is written', async () => {
    const lead = await createLead(house, bob);
    const fresh = newPhone();
    const spelled = `8${lead.value.slice(2)}`;
    const error = await report(house, alice, [fresh, `вайбер ${spelled}`]).catch(faultsOf);
    expect(error).toMatchObject({ fields: { 'leads.1': { key: 'leads:errors.alreadyReported' } } });
    expect(JSON.stringify(error)).not.toContain(bob.name);
    expect(await leadsWith(fresh)).toHaveLength(0);
  });

  test('within one report is refused', async () => {
    const phone = newPhone();
    const error = await report(house, alice, [phone, `8${phone.slice(2)}`]).catch(faultsOf);
    expect(error).toMatchObject({ fields: { 'leads.1': { key: 'leads:errors.repeated' } } });
  });

  test('in a race of many agents is decided by the database: exactly one report wins', async () => {
    const agents = await Promise.all(Array.from({ length: 6 }, () => createUser(house)));
    const [one, two] = [newPhone(), newPhone()];
    const results = await Promise.allSettled(
      agents.map((agent, i) => report(house, agent, i % 2 ? [one, two] : [two, one])),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(InvalidInput);
    expect(await leadsWith(one)).toHaveLength(1);
    expect(await leadsWith(two)).toHaveLength(1);
  });
});

describe('An attachment', () => {
  const bare = (values: string[], files: [string, Buffer | string][], requestId = randomUUID()) =>
    house.ctxOf(alice).then(async (ctx) =>
      reportLeads(ctx, {
        requestId,
        leads: values.map((value) => ({ value })),
        sharedFiles: await Promise.all(files.map(([name, content]) => uploadOf(name, content))),
      }),
    );

  test('is required, unless an admin has said otherwise', async () => {
    await expect(bare([newPhone()], [])).rejects.toMatchObject({
      fields: { files: { key: 'leads:errors.fileRequired' } },
    });
    const admin = await house.ctxOf(await createUser(house, { role: 'admin' }));
    await setSetting(admin, 'leads.attachment-required', false);
    expect((await bare([newPhone()], [])).leadIds).toHaveLength(1);
    await setSetting(admin, 'leads.attachment-required', true);
  });

  test('is a picture, a video or a document by its bytes, whatever its name', async () => {
    await expect(bare([newPhone()], [['photo.png', '<script>alert(1)</script>']])).rejects.toMatchObject({
      fields: { files: { key: 'leads:errors.fileType' } },
    });
    expect((await bare([newPhone()], [['photo.exe', png]])).leadIds).toHaveLength(1);
    expect((await bare([newPhone()], [['paper', '%PDF-1.4\n%\u00e2\u00e3\n1 0 obj\n']])).leadIds).toHaveLength(1);
  });

  test('of a refused report is kept for its next try, and belongs to that agent’s form only', async () => {
    const taken = await createLead(house, bob);
    const requestId = randomUUID();
    await expect(bare([taken.value], [['kept.png', png]], requestId)).rejects.toBeInstanceOf(InvalidInput);
    await expect(bare([newPhone()], [])).rejects.toBeInstanceOf(InvalidInput);
    const { leadIds } = await bare([newPhone()], [], requestId);
    const files = await house.database.db.leadFile.findMany({
      where: { leadId: leadIds[0] ?? 0 },
      include: { file: true },
    });
    expect(files.map(({ file }) => file.originalName)).toEqual(['kept.png']);
    expect(await house.database.db.leadDraftFile.findMany({ where: { requestId } })).toHaveLength(0);
  });
});
