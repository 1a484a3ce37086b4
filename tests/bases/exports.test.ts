import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { csvLine } from '../../src/lib/tabletext/index.ts';
import { createBase, fillBase, issueTo } from '../factories/bases.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { inFolder, readAll } from '../lib/xlsx-fixture.ts';
import { bytes } from '../support/bytes.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import type { Visitor } from '../support/visitor.ts';

let house: TestHouse;
let staff: Visitor;
let anna: TestUser;
let boris: TestUser;
let keys: string[];
const morning = new Date('2026-03-04T10:00:00+03:00');
const evening = new Date('2026-03-04T20:05:00+03:00');

beforeAll(async () => {
  house = await openTestHouse();
  staff = await house.as(await createUser(house, { role: 'admin' }));
  [anna, boris] = [await createUser(house, { name: 'anna' }), await createUser(house, { name: 'boris' })];
  const base = await createBase(house, { code: 'old', name: 'Old base' });
  keys = await fillBase(house, base, 5);
  await issueTo(house, anna, { base, wanted: 2, now: morning });
  await issueTo(house, boris, { base, wanted: 1, now: evening });
});
afterAll(() => house.close());

async function rowsOf(path: string, sheet: string): Promise<unknown[][]> {
  const { body } = await bytes(staff.get(path)).expect(200);
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(body);
  const rows: unknown[][] = [];
  book.getWorksheet(sheet)?.eachRow((row) => rows.push((row.values as unknown[]).slice(1)));
  return rows;
}

const old = ['Value', 'ID', 'Username', 'Date'];

test('the old format has a sheet per base with Value, ID, Username, Date, and all contacts', async () => {
  const rows = await rowsOf('/admin/bases/file', 'Old base');
  expect(rows).toEqual([
    old,
    [keys[0], anna.id, 'anna', '04.03.2026 10:00'],
    [keys[1], anna.id, 'anna', '04.03.2026 10:00'],
    [keys[2], boris.id, 'boris', '04.03.2026 20:05'],
    [keys[3]],
    [keys[4]],
  ]);
  expect(await rowsOf('/admin/bases/file', 'Telegram')).toEqual([old]);
});

test('the old format of a business day and of an agent holds only what was issued then and to him', async () => {
  const ofDay = await rowsOf('/admin/bases/file?day=2026-03-05', 'Old base');
  expect(ofDay.slice(1).map(([value]) => value)).toEqual([keys[2]]);
  const ofAgent = await rowsOf(`/admin/bases/file?agent=${anna.id}`, 'Old base');
  expect(ofAgent.slice(1).map(([value]) => value)).toEqual([keys[0], keys[1]]);
});

test('what the list found is exported as it is filtered, and no cell becomes a formula', async () => {
  await house.database.sql.run(q`UPDATE contacts SET note = '=HYPERLINK("x")' WHERE key = ${keys[0]}`);
  const rows = await rowsOf(`/admin/contacts/file/xlsx?agent=${anna.id}`, 'Контакты');
  expect(rows.slice(1).map(([value]) => value)).toEqual([keys[0], keys[1]]);
  expect(rows[1]?.[6]).toBe('=HYPERLINK("x")');
  const { body } = await bytes(staff.get(`/admin/contacts/file/csv?agent=${anna.id}`)).expect(200);
  const lines = body.toString().trimEnd().split('\r\n');
  expect(lines).toHaveLength(3);
  expect(lines[1]).toContain(`;"'=HYPERLINK(""x"")";`);
});

const odd = [
  '=HYPERLINK("http://example.test")',
  '+7 900\tтаб',
  'строка\nвторая\r\nтретья',
  '«ёлочки» и "лапки"; точка с запятой',
  'вот 👍🏽 и 👨‍👩‍👧',
  'back\\slash \\N \\t',
  ' края ',
  'a\u0001b\u001fc',
  'я'.repeat(40_000),
  '<b>&amp;</b> _x41',
  '\\N',
  '@nick',
];
// What Excel's cells know of line ends and control characters, and how long they may be.
const inCell = (text: string): string =>
  text.replaceAll('\r\n', '\n').replaceAll('\u0001', '').replaceAll('\u001f', '').slice(0, 32_767);

test('whatever stands in a contact reaches its cell, in a workbook and in a CSV, with the other columns of its upload', async () => {
  const base = await createBase(house, { code: 'odd', name: 'Odd; "base"', kind: 'text' });
  for (const [at, text] of odd.entries()) {
    const extra = JSON.stringify([
      ['Город', text.slice(0, 500)],
      ['Сумма', at],
      ['Город', `${at} г.`],
    ]);
    await house.database.sql.run(q`INSERT INTO contacts (base_type_id, key, value, note, extra)
      VALUES (${base.id}, ${`text:odd ${at}`}, ${`Odd ${at}`}, ${text}, ${at === 3 ? null : extra}::jsonb)`);
  }
  const expected = odd.map((text, at) => [
    `Odd ${at}`,
    base.name,
    text,
    at === 3 ? '' : `${at} г.`,
    at === 3 ? '' : `${at}`,
  ]);
  const chosen = (row: unknown[]): unknown[] => [0, 1, 6, 9, 10].map((column) => row[column] ?? '');

  const { body } = await bytes(staff.get(`/admin/contacts/file/xlsx?base=${base.id}`)).expect(200);
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(body);
  const theirs: unknown[][] = [];
  book.worksheets[0]?.eachRow((row) => theirs.push(chosen((row.values as unknown[]).slice(1))));
  expect(theirs[0]).toEqual(['Контакт', 'База', 'Заметка', 'Город', 'Сумма']);
  expect(theirs.slice(1)).toEqual(expected.map((row) => row.map(inCell)));

  const read = await inFolder(async (folder) => {
    const path = join(folder, 'odd.xlsx');
    await writeFile(path, body);
    return (await readAll(path)).map(({ cells }) => chosen(cells));
  });
  expect(read).toEqual(theirs);

  const csv = await bytes(staff.get(`/admin/contacts/file/csv?base=${base.id}`)).expect(200);
  const lines = expected.map((row) => row.map((text) => csvLine([text]).slice(0, -2)));
  for (const [, , note] of lines) expect(csv.body.toString()).toContain(`;${note};`);
  expect(csv.body.toString()).toContain(`;"'=HYPERLINK(""http://example.test"")";`);
});

test('a filter that looks like SQL finds what it says, in a file as on the page', async () => {
  const base = await createBase(house, { code: 'sql', name: 'Sql', kind: 'text' });
  const words = [`o'hara \\ {"x",y} $1`, `x'); DROP TABLE contacts; --`, `no E'\\'' "q"`];
  for (const value of words)
    await house.database.sql.run(
      q`INSERT INTO contacts (base_type_id, key, value) VALUES (${base.id}, ${`text:${value}`}, ${value})`,
    );
  for (const value of words) {
    const found = `base=${base.id}&state=free&q=${encodeURIComponent(value)}`;
    const rows = await rowsOf(`/admin/contacts/file/xlsx?${found}`, 'Контакты');
    expect(rows.slice(1).map(([shown]) => shown)).toEqual([value]);
  }
});

test("an agent's own file has every contact of his once, however many, in the order of issue", async () => {
  const vera = await createUser(house, { name: 'vera' });
  const base = await createBase(house, { code: 'plenty', name: 'Plenty', limit: 5000 });
  await fillBase(house, base, 2300);
  const { contacts } = await issueTo(house, vera, { base, wanted: 2300, now: morning });
  const { body } = await bytes((await house.as(vera)).get('/cabinet/contacts/file/txt')).expect(200);
  const lines = body.toString().trimEnd().split('\r\n');
  expect(lines[0]).toBe('=== 04.03.2026 ===');
  expect(lines.slice(1)).toEqual(contacts.map(({ key }) => key));
});

test('every export leaves a line in the journal', async () => {
  const count = () => house.database.db.auditEvent.count({ where: { action: 'contacts.exported' } });
  const before = await count();
  await bytes(staff.get('/admin/contacts/file/csv?q=1')).expect(200);
  await bytes(staff.get('/admin/bases/file')).expect(200);
  expect(await count()).toBe(before + 2);
});
