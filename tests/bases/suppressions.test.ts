import { afterAll, beforeAll, expect, test } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { createBase, fillBase, issueTo } from '../factories/bases.ts';
import { oldSheet, workbook } from '../factories/imports.ts';
import { createUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { seen, type Visitor } from '../support/visitor.ts';

let house: TestHouse;
let staff: Visitor;

beforeAll(async () => {
  house = await openTestHouse();
  staff = await house.as(await createUser(house, { role: 'admin' }));
});
afterAll(() => house.close());

const stateOf = async (key: string): Promise<string | undefined> =>
  (await house.database.sql.row<{ state: string }>(q`SELECT state::text FROM contacts WHERE key = ${key}`))?.state;
const add = (lines: string[], more: Record<string, string> = {}) =>
  staff.upload('/admin/suppressions', { lines: lines.join('\n'), reason: 'asked not to be called', ...more }, []);

test('each line of a paste gets its verdict: added, known before, held by an agent, not recognised', async () => {
  const base = await createBase(house, { code: 'paste', name: 'Paste' });
  const keys = await fillBase(house, base, 3);
  const agent = await createUser(house);
  const { contacts } = await issueTo(house, agent, { base, wanted: 1 });
  const held = contacts[0]?.key ?? '';
  const free = keys.find((key) => key !== held) ?? '';
  const spelled = `8 (${free.slice(2, 5)}) ${free.slice(5)}`;
  const page = seen(await add([spelled, held, 'nobody at all', '@Some_Nick', free]));
  const verdicts = page.querySelectorAll('li').map((line) => line.text.replace(/\s+/g, ' ').trim());
  expect(verdicts).toEqual(
    expect.arrayContaining([
      `${spelled} Внесён`,
      `${held} Внесён, но уже у агента ${agent.name}`,
      'nobody at all Не распознан: выберите вид',
      '@Some_Nick Внесён',
      `${free} Уже был`,
    ]),
  );
  expect(await stateOf(free)).toBe('suppressed');
  expect(await stateOf(held)).toBe('issued');
  expect(seen(await add([free])).text).toContain('Уже был');
});

test('a suppressed contact is never issued, and is free again once removed from the list', async () => {
  const base = await createBase(house, { code: 'queue', name: 'Queue' });
  const [key = ''] = await fillBase(house, base, 1);
  await add([key]).expect(200);
  const agent = await createUser(house);
  await expect(issueTo(house, agent, { base, wanted: 1 })).rejects.toThrow('bases:errors.empty');
  const found = await staff.see(`/admin/suppressions?q=${encodeURIComponent(`8${key.slice(2)}`)}`);
  const form = found.querySelector('form[action$="/removal"]');
  await staff.post(form?.getAttribute('action') ?? '', { back: '/admin/suppressions' }).expect(303);
  expect(await stateOf(key)).toBe('free');
  expect((await issueTo(house, agent, { base, wanted: 1 })).issuance.given).toBe(1);
});

test('a key that came into a base after it had been suppressed is not issued either', async () => {
  const base = await createBase(house, { code: 'later', name: 'Later' });
  await add(['+79005550001']).expect(200);
  await house.database.sql.run(
    q`INSERT INTO contacts (base_type_id, key, value) VALUES (${base.id}, '+79005550001', '8 900 555-00-01')`,
  );
  await expect(issueTo(house, await createUser(house), { base, wanted: 1 })).rejects.toThrow('bases:errors.empty');
});

test('a chosen kind reads every line by it: the same nick in two services is two people', async () => {
  await add(['ivan_petrov'], { kind: 'telegram' }).expect(200);
  await add(['ivan_petrov'], { kind: 'vk' }).expect(200);
  const rows = await house.database.sql.rows<{ key: string }>(
    q`SELECT key FROM suppressions WHERE key LIKE '%:ivan_petrov' ORDER BY key`,
  );
  expect(rows.map(({ key }) => key)).toEqual(['telegram:ivan_petrov', 'vk:ivan_petrov']);
});

test.each(['xlsx', 'csv', 'txt'])('a file of contacts (.%s) is taken too', async (format) => {
  const phones = [1, 2, 3].map((n) => `+790066${format.charCodeAt(0)}0${n}`.slice(0, 12).padEnd(12, '7'));
  const content = {
    xlsx: () => workbook([oldSheet('Stop', phones)]),
    csv: async () => Buffer.from(`Телефон;Имя\r\n${phones.map((phone) => `${phone};Анна`).join('\r\n')}`),
    txt: async () => Buffer.from(phones.join('\n')),
  }[format];
  const file = { field: 'file', name: `stop.${format}`, content: (await content?.()) ?? '' };
  const page = seen(await staff.upload('/admin/suppressions', { lines: '', reason: 'an old list' }, [file]));
  expect(page.text).toContain('Внесено: 3');
  const rows = await house.database.sql.rows(q`SELECT key FROM suppressions WHERE key = ANY(${phones}::text[])`);
  expect(rows).toHaveLength(3);
});

test('nothing to add, no reason, and a file that is no table are refused in words', async () => {
  expect(seen(await add([]), 422).text).toContain('Впишите контакты или приложите файл');
  const page = seen(await add(['+79007770001'], { reason: ' ' }), 422);
  expect(page.querySelector('textarea[name=lines]')?.text.trim()).toBe('+79007770001');
  const file = { field: 'file', name: 'broken.xlsx', content: Buffer.from('PK\u0003\u0004 not a workbook') };
  const refused = await staff.upload('/admin/suppressions', { lines: '', reason: 'x' }, [file]);
  expect(seen(refused, 422).text).toContain('Не удалось прочитать «broken.xlsx»');
});

test('the list is for admins', async () => {
  const support = await house.as(await createUser(house, { role: 'support' }));
  await support.get('/admin/suppressions').expect(403);
  await support.post('/admin/contacts/suppressions', { ids: 1 }).expect(403);
});
