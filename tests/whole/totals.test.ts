import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { baseOf, fillBase } from '../factories/bases.ts';
import { createLead } from '../factories/leads.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import type { Visitor } from '../support/visitor.ts';

let house: TestHouse;
let staff: Visitor;
let anna: TestUser;
let keys: string[];
const many = 10_050;
beforeAll(async () => {
  house = await openTestHouse();
  anna = await createUser(house, { name: 'Anna-One' });
  staff = await house.as(await createUser(house, { role: 'admin' }));
  const base = await baseOf(house, 'whatsapp');
  keys = await fillBase(house, base, many);
  await house.database.sql.run(q`
    WITH report AS (INSERT INTO lead_reports (agent_id, request_id) VALUES (${anna.id}, gen_random_uuid()) RETURNING id)
    INSERT INTO leads (report_id, agent_id, lead_type_id, key, value, source, status, day)
    SELECT report.id, ${anna.id}, (SELECT min(id) FROM lead_types), 'text:' || n, n::text, 'self',
      CASE WHEN n % 100 = 0 THEN 'pending' ELSE 'approved' END::lead_status, current_date
    FROM report, generate_series(1, ${many}::int) AS n`);
});
afterAll(() => house.close());

const plain = (text: string | undefined) => text?.replace(/[\s ]+/g, ' ').trim();
const totalOn = async (path: string) => plain((await staff.see(path)).querySelector('.pagination-total')?.innerText);
const tabsOn = async (path: string) =>
  (await staff.see(path)).querySelectorAll('.tabs-bar .count').map((count) => plain(count.innerText));

describe('A list of very many', () => {
  test('says the exact number where it is tallied, and "more than" where it would have to be counted', async () => {
    expect(await totalOn('/admin/contacts')).toBe('10 050 записей');
    expect(await totalOn('/admin/contacts?state=free')).toBe('10 050 записей');
    expect(await totalOn('/admin/contacts?state=issued')).toBeUndefined();
    expect(await totalOn('/admin/contacts?q=7900')).toBe('более 10 000 записей');
    const part = keys[many / 2]?.slice(1, -1) ?? '';
    const found = keys.filter((key) => key.includes(part)).length;
    expect(await totalOn(`/admin/contacts?q=${part}`)).toBe(`${found} записей`);
    expect(found).toBeLessThan(many);
  });

  test('says so in English too', async () => {
    await staff.post('/locale', { locale: 'en' });
    expect(await totalOn('/admin/contacts?q=7900')).toBe('more than 10,000 records');
    await staff.post('/locale', { locale: 'ru' });
  });

  test('says how many an act on all that is found touches, or that they are more', async () => {
    const all = async (path: string) => plain((await staff.see(path)).querySelector('.bulk-all')?.innerText);
    expect(await all('/admin/contacts')).toBe('Выбрать все найденные: 10 050');
    expect(await all('/admin/contacts?q=7900')).toBe('Выбрать все найденные: более 10 000');
    const box = (await staff.see('/admin/contacts?q=7900')).querySelector('[data-select-all]');
    expect(plain(box?.getAttribute('data-total-words'))).toBe('более 10 000');
  });

  test('has exact tabs of leads by what is tallied, and no number on a tab where it is not known', async () => {
    expect(await tabsOn('/admin/leads')).toEqual(['10 050', '100', '9 950', '0', '0']);
    expect(await tabsOn('/admin/leads?source=base')).toEqual(['0', '0', '0', '0', '0']);
    expect(await tabsOn('/admin/leads?from=2020-01-01&to=2020-01-02')).toEqual(['0', '0', '0', '0', '0']);
    expect(await tabsOn(`/admin/leads?agent=${anna.id}`)).toEqual([]);
    expect(await totalOn(`/admin/leads?agent=${anna.id}`)).toBe('более 10 000 записей');
    expect(await totalOn(`/admin/leads?agent=${anna.id}&status=pending`)).toBe('100 записей');
  });

  test('bounds a badge at 99+', async () => {
    const badge = (await staff.see('/admin')).querySelector('[data-badge="/admin/leads/queue"]');
    expect(badge?.querySelector('[data-badge-count]')?.innerText).toBe('99+');
    expect(badge?.innerText).toContain('больше 99 новых');
  });
});

describe('A filter by agent', () => {
  test('takes a number, a number with the name, or a part of the name', async () => {
    const boris = await createUser(house, { name: 'Boris-Two' });
    const lead = await createLead(house, boris);
    const found = async (agent: string) =>
      (await staff.see(`/admin/leads?agent=${encodeURIComponent(agent)}`))
        .querySelectorAll('[data-select-row]')
        .map((box) => Number(box.getAttribute('value')));
    for (const words of [String(boris.id), `#${boris.id}`, `#${boris.id} Boris-Two`, 'BORIS', 'is-tw']) {
      expect(await found(words), words).toEqual([lead.id]);
    }
    expect(await found('nobody')).toEqual([]);
    const field = (await staff.see(`/admin/leads?agent=${boris.id}`)).querySelector('input[name=agent]');
    expect(field?.getAttribute('value')).toBe(`#${boris.id} Boris-Two`);
    const chip = (await staff.see(`/admin/contacts?agent=${boris.id}`)).querySelector('.chip');
    expect(plain(chip?.innerText)).toBe(`Агент #${boris.id} Boris-Two`);
  });

  test('of the old export asks for the whole name when a part fits several', async () => {
    await createUser(house, { name: 'Anna-Two' });
    await staff.get('/admin/bases/file?agent=Anna-One').expect(200);
    await staff.get(`/admin/bases/file?agent=boris`).expect(200);
    const answer = await staff.get('/admin/bases/file?agent=anna-').expect(303);
    expect((await staff.see(answer.get('location') ?? '')).innerText).toContain('Агента «anna-» нет');
  });
});
