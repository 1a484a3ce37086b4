import ExcelJS from 'exceljs';
import { vi } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import type { TestHouse } from '../support/house.ts';
import type { Visitor } from '../support/visitor.ts';

export type Cell = string | number | Date | null | { formula: string; result: string | number };
export type TestSheet = { name: string; rows: Cell[][] };

/** A workbook as another program writes it; `active` is the tab on top. */
export async function workbook(sheets: TestSheet[], active = 0): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  for (const { name, rows } of sheets) book.addWorksheet(name).addRows(rows);
  book.views = [{ x: 0, y: 0, width: 1, height: 1, firstSheet: 0, activeTab: active, visibility: 'visible' }];
  return Buffer.from(await book.xlsx.writeBuffer());
}

/** A sheet of the old format: values in A from row 2, marks of use in B–D. */
export const oldSheet = (name: string, values: (Cell | [Cell, ...Cell[]])[]): TestSheet => ({
  name,
  rows: [['Value', 'ID', 'Username', 'Date'], ...values.map((value) => (Array.isArray(value) ? value : [value]))],
});

/** Made-up Russian phones: +7 900 000-xx-xx and on. */
export const phone = (n: number): string => `+7900${String(n).padStart(7, '0')}`;

const cyrillic = new Map(
  Array.from({ length: 256 }, (_, byte) => [new TextDecoder('windows-1251').decode(Uint8Array.of(byte)), byte]),
);
export const windows1251 = (text: string): Buffer => Buffer.from([...text].map((letter) => cyrillic.get(letter) ?? 63));
export const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');

/** Uploads a file through the form; the number of the draft that it became. */
export async function upload(staff: Visitor, name: string, content: Buffer | string): Promise<number> {
  const response = await staff.upload('/admin/imports', {}, [{ field: 'file', name, content }]).expect(303);
  return Number(/^\/admin\/imports\/(\d+)$/.exec(response.headers.location ?? '')?.[1]);
}

/** Sends the draft's form as it stands, but for these changes. */
export async function start(staff: Visitor, id: number, changes: Record<string, string | undefined> = {}) {
  const page = await staff.see(`/admin/imports/${id}`);
  const form: Record<string, string | undefined> = {};
  for (const select of page.querySelectorAll('select')) {
    form[select.getAttribute('name') ?? ''] = select.querySelector('option[selected]')?.getAttribute('value') ?? '';
  }
  for (const input of page.querySelectorAll('.page-body input')) {
    const checkbox = input.getAttribute('type') === 'checkbox';
    if (!checkbox || input.hasAttribute('checked'))
      form[input.getAttribute('name') ?? ''] = input.getAttribute('value');
  }
  return staff.post(`/admin/imports/${id}/start`, { ...form, ...changes });
}

/** The whole way: upload, start as guessed or as changed, run. */
export async function importThrough(
  house: TestHouse,
  staff: Visitor,
  name: string,
  content: Buffer | string,
  changes: Record<string, string | undefined> = {},
): Promise<number> {
  const id = await upload(staff, name, content);
  const response = await start(staff, id, changes);
  if (response.status !== 303) throw new Error(`Not started: ${response.status} ${response.text}`);
  await house.drain();
  return id;
}

export type Counts = {
  status: string;
  rowsRead: number;
  created: number;
  duplicateInFile: number;
  alreadyInBase: number;
  issuedBefore: number;
  suppressed: number;
  invalid: number;
  empty: number;
};

export async function countsOf(house: TestHouse, id: number): Promise<Counts> {
  const row = await house.database.sql.row<Counts>(q`
    SELECT status::text AS status, rows_read AS "rowsRead", created, duplicate_in_file AS "duplicateInFile",
      already_in_base AS "alreadyInBase", issued_before AS "issuedBefore", suppressed, invalid, empty
    FROM imports WHERE id = ${id}`);
  if (!row) throw new Error('No such import');
  return row;
}

/** Keys of a base, in the queue's order. */
export async function keysIn(house: TestHouse, code: string): Promise<string[]> {
  const rows = await house.database.sql.rows<{ key: string }>(q`
    SELECT c.key FROM contacts c JOIN base_types b ON b.id = c.base_type_id WHERE b.code = ${code} ORDER BY c.place`);
  return rows.map(({ key }) => key);
}

export async function baseId(house: TestHouse, code: string): Promise<number> {
  const row = await house.database.sql.row<{ id: number }>(q`SELECT id FROM base_types WHERE code = ${code}`);
  if (!row) throw new Error(`No base ${code}`);
  return row.id;
}

/** So many rows of a csv with a few of every fault, always the same for the same number. */
export function mixedCsv(rows: number): string {
  const lines = ['Телефон;Имя'];
  for (let n = 0; n < rows; n += 1) {
    const value = n % 50 === 7 ? 'нет' : n % 20 === 3 ? phone(n - 2) : n % 90 === 11 ? '' : phone(n);
    lines.push(`${value};Клиент ${n}`);
  }
  return lines.join('\n');
}

/** Asks until the answer is there. */
export const until = <T>(ask: () => Promise<T | undefined | false>): Promise<T> =>
  vi.waitFor(
    async () => {
      const answer = await ask();
      if (answer === undefined || answer === false) throw new Error('Not yet');
      return answer;
    },
    { timeout: 50_000, interval: 10 },
  );

/** The process that works on an import, as it names itself to the database. */
export async function childOf(house: TestHouse, id: number): Promise<number | undefined> {
  const row = await house.database.sql.row<{ name: string }>(q`
    SELECT application_name AS name FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE ${`lead-cabinet import ${id} pid %`}`);
  return row && Number(row.name.split(' ').at(-1));
}

export const batchesOf = (house: TestHouse, id: number) =>
  house.database.sql.rows<{ sheet: number; verdicts: Buffer }>(q`
    SELECT sheet, verdicts FROM import_batches WHERE import_id = ${id} ORDER BY ordinal`);

/** All verdict bytes of an import in the file's order. */
export const verdictsOf = async (house: TestHouse, id: number): Promise<number[]> =>
  (await batchesOf(house, id)).flatMap(({ verdicts }) => [...verdicts]);

const HOLD = 4242;
/** Keeps every import of a house within the transaction of one batch, all its rows written, until it is let go. */
export async function holdBatch(house: TestHouse, ordinal: number): Promise<() => Promise<void>> {
  await house.database.sql.raw(`
    CREATE OR REPLACE FUNCTION hold_batch() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.ordinal = ${ordinal} THEN PERFORM pg_advisory_xact_lock(${HOLD}); END IF;
      RETURN NEW;
    END $$;
    CREATE OR REPLACE TRIGGER hold_batch BEFORE INSERT ON import_batches FOR EACH ROW EXECUTE FUNCTION hold_batch()`);
  const keeper = await house.database.pool.connect();
  await keeper.query('SELECT pg_advisory_lock($1)', [HOLD]);
  return async () => {
    await keeper.query('SELECT pg_advisory_unlock($1)', [HOLD]);
    keeper.release();
  };
}
/** Whether an import stands there. */
export const isHeld = async (house: TestHouse): Promise<boolean> =>
  (
    await house.database.sql.rows(
      q`SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
        WHERE l.locktype = 'advisory' AND l.objid = ${HOLD} AND NOT l.granted`,
    )
  ).length > 0;
