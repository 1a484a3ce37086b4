import ExcelJS from 'exceljs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { issueContacts } from '../../src/modules/bases/index.ts';
import {
  baseId,
  countsOf,
  holdBatch,
  importThrough,
  isHeld,
  keysIn,
  mixedCsv,
  oldSheet,
  phone,
  start,
  until,
  upload,
  workbook,
} from '../factories/imports.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import type { Visitor } from '../support/visitor.ts';

let house: TestHouse;
let staff: Visitor;
let agent: TestUser;
beforeAll(async () => {
  house = await openTestHouse({ IMPORT_BATCH_ROWS: '2000' });
  staff = await house.as(await createUser(house, { role: 'admin' }));
  agent = await createUser(house);
});
afterAll(() => house.close());

const take = async (code: string, wanted: number) =>
  issueContacts(await house.ctxOf(agent), {
    baseTypeId: await baseId(house, code),
    wanted,
    requestId: crypto.randomUUID(),
  });
const suppress = (key: string) =>
  house.database.sql.run(q`INSERT INTO suppressions (key, value, reason) VALUES (${key}, ${key}, 'asked')`);

/** The downloaded verdicts, by an independent reader: sheet → rows of texts, the header's too. */
async function verdictFile(id: number, only = ''): Promise<Map<string, string[][]>> {
  const response = await staff
    .get(`/admin/imports/${id}/verdicts.xlsx${only}`)
    .buffer(true)
    .parse((res, done) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => done(null, Buffer.concat(chunks)));
    })
    .expect(200);
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(response.body);
  const sheets = new Map<string, string[][]>();
  book.eachSheet((sheet) => {
    const rows: string[][] = [];
    const width = sheet.columnCount;
    sheet.eachRow((row) => {
      rows.push(Array.from({ length: width }, (_cell, at) => row.getCell(at + 1).text));
    });
    sheets.set(sheet.name, rows);
  });
  return sheets;
}

describe('the verdict file', () => {
  it('says for every row what became of it and why, beside the original columns', async () => {
    await importThrough(house, staff, 'viber.txt', `${phone(1)}\n${phone(2)}\n`);
    await take('viber', 1);
    await suppress(phone(3));
    const book = await workbook([
      oldSheet('Вотсап', [
        phone(1),
        phone(2),
        phone(3),
        phone(4),
        '8 900 000-00-04',
        'мусор',
        [phone(5), 9, 'x', 'y'],
        null,
      ]),
      oldSheet('Почта', ['a@example.com']),
    ]);
    const id = await importThrough(house, staff, 'все.xlsx', book);
    const sheets = await verdictFile(id);
    expect(sheets.get('Вотсап')).toEqual([
      ['Строка', 'Value', 'ID', 'Username', 'Date', 'Вердикт', 'Причина'],
      ['1', 'Value', 'ID', 'Username', 'Date', 'Заголовок', ''],
      ['2', phone(1), '', '', '', 'Уже выдавался', 'Контакт уже у агента, из базы «Viber»'],
      ['3', phone(2), '', '', '', 'Уже в базе', 'Контакт уже есть в базе «Viber»'],
      ['4', phone(3), '', '', '', 'В стоп-листе', 'Контакт в стоп-листе и не выдаётся'],
      ['5', phone(4), '', '', '', 'Создано', ''],
      ['6', '8 900 000-00-04', '', '', '', 'Повтор в файле', 'Такой контакт уже встретился выше в этом файле'],
      ['7', 'мусор', '', '', '', 'Не распознано', 'Не похоже на номер телефона'],
      ['8', phone(5), '9', 'x', 'y', 'Уже выдавался', 'В файле отмечен как использованный (столбцы B–D)'],
      ['9', '', '', '', '', 'Пусто', ''],
    ]);
    expect(sheets.get('Почта')?.at(-1)).toEqual(['2', 'a@example.com', '', '', '', 'Создано', '']);
    const problems = await verdictFile(id, '?only=problems');
    expect(problems.get('Вотсап')?.map(([number]) => number)).toEqual(['Строка', '2', '3', '4', '6', '7', '8']);
  });

  it('of a stopped import says which rows were not read', async () => {
    const id = await upload(staff, 'max.csv', mixedCsv(4_500));
    await start(staff, id);
    const release = await holdBatch(house, 1);
    const running = house.drain();
    await until(() => isHeld(house));
    await staff.post(`/admin/imports/${id}/cancellation`).expect(303);
    await release();
    await running;
    const { rowsRead, status } = await countsOf(house, id);
    expect(status).toBe('cancelled');
    const rows = [...(await verdictFile(id)).values()][0] ?? [];
    expect(rows).toHaveLength(4_502);
    expect(rows.filter((row) => row.at(-2) === 'Не прочитано')).toHaveLength(4_500 - rowsRead);
  }, 60_000);
});

describe('undoing', () => {
  it('asks with the numbers, removes what nobody got, and says what stays', async () => {
    const list = Array.from({ length: 12 }, (_, n) => `user${n}@example.com`).join('\n');
    const id = await importThrough(house, staff, 'почта.txt', list);
    const issued = await take('email', 5);
    expect(issued.given).toBe(5);
    const page = await staff.see(`/admin/imports/${id}/undo`);
    const [held, ...free] = [await keysOf(id, true), await keysOf(id, false)];
    expect(page.innerText).toContain(`Убрать ${free.flat().length} контакт`);
    await staff.post(`/admin/imports/${id}/undo`).expect(303);
    await staff.post(`/admin/imports/${id}/undo`).expect(303);
    await house.drain();
    expect(await keysOf(id, true)).toEqual(held);
    expect(await keysOf(id, false)).toEqual([]);
    const result = await staff.see(`/admin/imports/${id}`);
    expect(result.innerText).toContain(`убрано ${free.flat().length} контактов`);
    expect(result.innerText).toContain('уже получили агенты');
    expect((await countsOf(house, id)).status).toBe('undone');
    const acts = await house.database.sql.rows<{ action: string }>(q`
      SELECT action FROM audit_events WHERE subject_type = 'import' AND subject_id = ${id} ORDER BY id`);
    expect(acts.map(({ action }) => action)).toEqual([
      'import.uploaded',
      'import.started',
      'import.finished',
      'import.undoing',
      'import.undone',
    ]);
  });

  it('goes on when everything it was about to remove is issued in that very moment', async () => {
    const list = Array.from({ length: 5_100 }, (_, n) => `moment${n}@example.com`).join('\n');
    const id = await importThrough(house, staff, 'почта.txt', list);
    await staff.post(`/admin/imports/${id}/undo`).expect(303);
    const agent = await house.database.pool.connect();
    await agent.query('BEGIN');
    await agent.query(issueOldest, [id, 5_050]);
    const undoing = house.drain();
    await until(
      async () =>
        (
          await house.database.sql.rows(
            q`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
          )
        ).length > 0,
    );
    await agent.query('COMMIT');
    agent.release();
    await undoing;
    const done = await house.database.db.import.findUniqueOrThrow({ where: { id } });
    expect(done).toMatchObject({ status: 'undone', removed: 50, kept: 5_050 });
    expect(await keysOf(id, false)).toEqual([]);
  });

  it('is refused while the import has not ended', async () => {
    const id = await upload(staff, 'почта.txt', 'draft@example.com');
    const refused = await staff.post(`/admin/imports/${id}/undo`).expect(422);
    expect(refused.text).toContain('нельзя отменить');
    await start(staff, id);
    await staff.post(`/admin/imports/${id}/undo`).expect(422);
    await house.drain();
    expect(await keysIn(house, 'email')).toContain('email:draft@example.com');
  });
});

/** As an agent's issue does it, but thousands at once. */
const issueOldest = `
  WITH issuance AS (
    INSERT INTO issuances (agent_id, base_type_id, request_id, wanted, allowed, given, day)
    SELECT u.id, b.id, gen_random_uuid(), $2, $2, $2, now() FROM users u, base_types b WHERE b.code = 'email' LIMIT 1
    RETURNING id, agent_id
  )
  UPDATE contacts SET state = 'issued', agent_id = i.agent_id, issuance_id = i.id, issued_at = now() FROM issuance i
  WHERE contacts.id IN (SELECT c.id FROM contacts c WHERE c.import_id = $1 ORDER BY c.id LIMIT $2)`;

const keysOf = async (id: number, held: boolean): Promise<string[]> => {
  const rows = await house.database.sql.rows<{ key: string }>(q`
    SELECT key FROM contacts WHERE import_id = ${id} AND (agent_id IS NOT NULL) = ${held} ORDER BY id`);
  return rows.map(({ key }) => key);
};
