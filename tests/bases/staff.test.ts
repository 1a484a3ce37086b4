import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { returnContacts } from '../../src/modules/bases/index.ts';
import { watchLevels } from '../../src/modules/bases/low-water.ts';
import { createBase, fillBase, issueTo } from '../factories/bases.ts';
import { createLead } from '../factories/leads.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { lettersTo } from '../support/letters.ts';
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

const countOf = async (state: string, baseTypeId: number): Promise<number> =>
  (await house.database.db.contact.count({ where: { baseTypeId, state: state as 'free' } })) ?? 0;
const base = (code: string) => ({
  name: `Base ${code}`,
  kind: 'phone',
  limit: 10,
  period: 'day',
  position: 50,
  lowWaterPercent: 5,
  sheetTitles: `Sheet ${code}`,
  active: 1,
});

describe('the stats of bases', () => {
  it('count free and total, red at none and amber under the low-water mark', async () => {
    const [red, amber, calm] = [
      await createBase(house, { code: 'red', name: 'Red' }),
      await createBase(house, { code: 'amber', name: 'Amber', lowWaterPercent: 20 }),
      await createBase(house, { code: 'calm', name: 'Calm', lowWaterPercent: 20 }),
    ];
    const agent = await createUser(house);
    for (const [one, count, wanted] of [
      [red, 5, 5],
      [amber, 10, 9],
      [calm, 10, 8],
    ] as const) {
      await fillBase(house, one, count);
      await issueTo(house, agent, { base: one, wanted });
    }
    const page = await staff.see('/admin/bases');
    const rowOf = (name: string) =>
      page.querySelectorAll('tbody tr').find((row) => row.querySelector('td a')?.text === name);
    expect(rowOf('Red')?.querySelector('.pill-danger')?.text.trim()).toBe('0');
    expect(rowOf('Amber')?.querySelector('.pill-warning')?.text.trim()).toBe('1');
    expect(rowOf('Calm')?.querySelector('.pill')).toBeNull();
    expect(page.text).toContain('В базе «Red» не осталось свободных контактов');
  });

  it('count what was issued in 1, 7 and 30 business days', async () => {
    const one = await createBase(house, { code: 'windows', name: 'Windows', limit: 50 });
    await fillBase(house, one, 100);
    const agent = await createUser(house);
    const day = 86_400_000;
    for (const [ago, wanted] of [
      [0, 1],
      [6, 2],
      [7, 4],
      [29, 8],
      [30, 16],
    ] as const) {
      await issueTo(house, agent, { base: one, wanted, now: new Date(Date.now() - ago * day) });
    }
    const page = await staff.see('/admin/bases');
    const row = page.querySelectorAll('tbody tr').find((one) => one.querySelector('td a')?.text === 'Windows');
    expect(
      row
        ?.querySelectorAll('td')
        .slice(-3)
        .map((cell) => cell.text.trim()),
    ).toEqual(['1', '3', '15']);
  });
});

describe('staff hear of a base that runs low', () => {
  const low = async () =>
    (await lettersTo(house.outbox, admin.email)).filter(({ subject }) => subject.includes('Mailed'));

  it('when somebody got less than allowed, and when the mark is passed, once a business day', async () => {
    const one = await createBase(house, { code: 'mailed', name: 'Mailed', limit: 10 });
    await fillBase(house, one, 3);
    const agents = await Promise.all([createUser(house), createUser(house)]);
    const now = new Date('2026-03-04T12:00:00+03:00');
    await issueTo(house, agents[0] as TestUser, { base: one, wanted: 10, now });
    await house.drain();
    await expect(issueTo(house, agents[1] as TestUser, { base: one, wanted: 10 })).rejects.toThrow();
    await house.drain();
    await watchLevels(house.ctx());
    await watchLevels(house.ctx());
    await house.drain();
    const letters = await low();
    expect(letters.map(({ subject }) => subject)).toEqual(['Заканчивается база «Mailed»']);
    expect(letters[0]?.text).toContain('свободно 0 из 3');
    await watchLevels(house.ctx({ now: new Date(Date.now() + 86_400_000) }));
    await house.drain();
    expect(await low()).toHaveLength(2);
  });
});

describe('the editor of bases', () => {
  it('makes a base and changes it, with every change in the journal', async () => {
    const made = await staff.post('/admin/bases', { ...base('fresh'), code: 'fresh' }).expect(303);
    const path = made.get('location') ?? '';
    await staff.post(path, { ...base('fresh'), limit: 77, kind: 'email' }).expect(303);
    expect((await staff.see(path)).querySelector('input[name=limit]')?.getAttribute('value')).toBe('77');
    const act = await house.database.db.auditEvent.findFirst({
      where: { action: 'base.changed' },
      orderBy: { id: 'desc' },
    });
    expect(act?.details).toMatchObject({ changes: { limit: [10, 77], kind: ['phone', 'email'] } });
  });

  it('keeps the kind of a base that holds contacts', async () => {
    const one = await createBase(house, { code: 'filled', name: 'Filled' });
    await fillBase(house, one, 1);
    const refused = await staff.post(`/admin/bases/${one.id}`, { ...base('filled'), kind: 'email' });
    expect(seen(refused, 422).text).toContain('В базе есть контакты: вид изменить нельзя');
    expect((await house.database.db.baseType.findUniqueOrThrow({ where: { id: one.id } })).kind).toBe('phone');
  });

  it('lets a sheet title belong to one base only, without regard to case and spaces, also of two editors at once', async () => {
    const taken = await staff.post('/admin/bases', { ...base('thief'), code: 'thief', sheetTitles: 'w h a t s A P P' });
    expect(seen(taken, 422).text).toContain('уже принадлежит базе «WhatsApp»');
    const both = ['twin-a', 'twin-b'].map((code) =>
      staff.post('/admin/bases', { ...base(code), code, sheetTitles: 'Twins' }),
    );
    expect((await Promise.all(both)).map(({ status }) => status).sort()).toEqual([303, 422]);
  });

  it('is not for support', async () => {
    const support = await house.as(await createUser(house, { role: 'support' }));
    await support.get('/admin/bases').expect(403);
    await support.post('/admin/bases', { ...base('no'), code: 'no' }).expect(403);
    await support.get('/admin/bases/file').expect(403);
    await support.get('/admin/contacts/file/csv').expect(403);
    await support.post('/admin/contacts/returns', { all: 1 }).expect(403);
    await support.see('/admin/contacts');
  });
});

describe('the list of contacts', () => {
  it('is narrowed by base, state, agent, outcome and days, with a true count, and pages both ways', async () => {
    const one = await createBase(house, { code: 'list', name: 'List', limit: 200 });
    await fillBase(house, one, 65);
    const agent = await createUser(house);
    const { contacts } = await issueTo(house, agent, {
      base: one,
      wanted: 35,
      now: new Date('2026-03-04T20:05:00+03:00'),
    });
    await house.database.sql.run(q`UPDATE contacts SET outcome = 'refused' WHERE id = ${contacts[0]?.id}`);
    const total = async (query: string) =>
      Number(
        /(\d+)/.exec(
          (await staff.see(`/admin/contacts?${query}`)).querySelector('.pagination-total')?.text ?? '0',
        )?.[1] ?? 0,
      );
    expect(await total(`base=${one.id}`)).toBe(65);
    expect(await total(`base=${one.id}&state=free`)).toBe(30);
    expect(await total(`agent=${agent.id}`)).toBe(35);
    expect(await total(`agent=${agent.id}&outcome=none`)).toBe(34);
    expect(await total(`agent=${agent.id}&from=2026-03-05&to=2026-03-05`)).toBe(35);
    expect(await total(`agent=${agent.id}&to=2026-03-04`)).toBe(0);

    expect(await total(`state=issued&from=2026-03-05&to=2026-03-05`)).toBe(35);

    const ids = (page: Awaited<ReturnType<Visitor['see']>>) =>
      page.querySelectorAll('[data-select-row]').map((box) => Number(box.getAttribute('value')));
    const first = await staff.see(`/admin/contacts?base=${one.id}`);
    const second = await staff.see(first.querySelector('a[rel=next]')?.getAttribute('href') ?? '');
    const third = await staff.see(second.querySelector('a[rel=next]')?.getAttribute('href') ?? '');
    expect(third.querySelector('a[rel=next]')).toBeNull();
    expect(new Set([...ids(first), ...ids(second), ...ids(third)]).size).toBe(65);
    expect(ids(await staff.see(third.querySelector('a[rel=prev]')?.getAttribute('href') ?? ''))).toEqual(ids(second));
  });

  it('shows the newest of a state whatever base they lie in, and the next page after them', async () => {
    const agent = await createUser(house);
    for (const code of ['mixed-a', 'mixed-b']) {
      const one = await createBase(house, { code, limit: 200 });
      await fillBase(house, one, 20);
      await issueTo(house, agent, { base: one, wanted: 18 });
    }
    const newest = await house.database.sql.rows<{ id: number }>(
      q`SELECT id FROM contacts WHERE state = 'issued' ORDER BY id DESC LIMIT 36`,
    );
    const shown = async (path: string) => {
      const page = await staff.see(path);
      const ids = page.querySelectorAll('[data-select-row]').map((box) => Number(box.getAttribute('value')));
      return { ids, next: page.querySelector('a[rel=next]')?.getAttribute('href') ?? '' };
    };
    const first = await shown('/admin/contacts?state=issued');
    const second = await shown(first.next);
    expect([...first.ids, ...second.ids].slice(0, 36)).toEqual(newest.map(({ id }) => id));
  });

  it('finds a contact by any spelling of it', async () => {
    const one = await createBase(house, { code: 'spelling', name: 'Spelling', kind: 'telegram' });
    await house.database.sql.run(
      q`INSERT INTO contacts (base_type_id, key, value) VALUES (${one.id}, 'telegram:olga_k', 'https://t.me/Olga_K')`,
    );
    const rowsOf = async (filter: string) =>
      (await staff.see(`/admin/contacts?${filter}`)).querySelectorAll('tbody tr').map((row) => row.structuredText);
    const [listed = ''] = await rowsOf(`base=${one.id}`);
    expect(listed).toContain('Spelling');
    for (const text of ['@olga_k', 't.me/OLGA_K', 'https://telegram.me/olga_k?start=1', 'telegram:olga_k', 'olga'])
      expect(await rowsOf(`q=${encodeURIComponent(text)}`), text).toEqual([listed]);
  });

  it('takes back by bulk what nobody worked, over the whole filter, and says what stays', async () => {
    const one = await createBase(house, { code: 'bulk', name: 'Bulk', limit: 200 });
    await fillBase(house, one, 100);
    const agent = await createUser(house);
    const { contacts } = await issueTo(house, agent, { base: one, wanted: 80 });
    await house.database.sql.run(
      q`UPDATE contacts SET outcome = 'thinking' WHERE id = ANY(${contacts.slice(0, 5).map(({ id }) => id)}::int[])`,
    );
    await createLead(house, agent, { value: contacts[5]?.key ?? '' });
    const filter = `agent=${agent.id}`;
    const form = { all: 1, filter, returnReason: 'left us', back: `/admin/contacts?${filter}` };
    const answer = await staff.post('/admin/contacts/returns', form).expect(303);
    const page = await staff.see(answer.get('location') ?? '');
    expect(page.text).toContain('Забрано 74 контакта. Остались у агентов: с результатом 5, с лидом 1');
    expect(await countOf('free', one.id)).toBe(94);
    const card = await staff.see(`/admin/contacts/${contacts[20]?.id}`);
    expect(card.text).toContain(`Выдан агенту ${agent.name}`);
    expect(card.text).toContain(`Забран у агента ${agent.name}`);
    expect(card.text).toContain('left us');
    const act = await house.database.db.auditEvent.findFirst({
      where: { action: 'contacts.returned' },
      orderBy: { id: 'desc' },
    });
    expect(act).toMatchObject({ actorId: admin.id, details: { returned: 74, reason: 'left us' } });
  });

  it('suppresses by bulk: free ones leave the queue, held ones stay with their agents', async () => {
    const one = await createBase(house, { code: 'bulk-stop', name: 'Bulk stop' });
    await fillBase(house, one, 20);
    const agent = await createUser(house);
    await issueTo(house, agent, { base: one, wanted: 4 });
    await staff
      .post('/admin/contacts/suppressions', { all: 1, filter: `base=${one.id}`, suppressReason: 'bad list' })
      .expect(303);
    expect(await countOf('suppressed', one.id)).toBe(16);
    expect(await countOf('issued', one.id)).toBe(4);
    await expect(issueTo(house, await createUser(house), { base: one, wanted: 1 })).rejects.toThrow(
      'bases:errors.empty',
    );
    // Taken back, a suppressed contact is free for nobody.
    await returnContacts(await house.ctxOf(admin), { agentId: agent.id });
    expect(await countOf('suppressed', one.id)).toBe(20);
  });

  it('touches only the rows that were chosen when the whole filter was not', async () => {
    const one = await createBase(house, { code: 'chosen', name: 'Chosen' });
    await fillBase(house, one, 5);
    const agent = await createUser(house);
    const { contacts } = await issueTo(house, agent, { base: one, wanted: 5 });
    const ids = contacts.slice(0, 2).map(({ id }) => id);
    await staff.post('/admin/contacts/returns', { ids, filter: `base=${one.id}` }).expect(303);
    expect(await countOf('issued', one.id)).toBe(3);
    await staff.post('/admin/contacts/returns', { filter: `base=${one.id}` }).expect(303);
    expect(await countOf('issued', one.id)).toBe(3);
  });
});
