import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isTableFault, openTable, TABLE_FAULT_CODES } from '../../src/lib/spreadsheet.ts';
import { writeWorkbook } from '../../src/lib/xlsx/index.ts';
import { collect, inFolder } from './xlsx-fixture.ts';

describe('opening an uploaded table', () => {
  it('takes a workbook for a workbook whatever its name', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'upload');
      const columns = [{ header: 'Телефон' }];
      await writeWorkbook(createWriteStream(path), [
        { name: 'ВК', columns, rows: [] },
        { name: 'Ок', columns, rows: [[['1']]] },
      ]);
      const table = await openTable(path, 'база.csv');
      expect([table.format, table.sheets.map(({ name }) => name)]).toEqual(['xlsx', ['ВК', 'Ок']]);
      expect(await collect(table.rows(1))).toEqual([
        { number: 1, cells: ['Телефон'] },
        { number: 2, cells: ['1'] },
      ]);
      await table.close();
    });
  });

  it.each([
    ['a;b\n1;2\n', 'база.xlsx', 'csv', 'база'],
    ['79000000001\n79000000002\n', 'Мои контакты.txt', 'txt', 'Мои контакты'],
    ['79000000001\n', 'список.CSV', 'csv', 'список'],
  ])('takes the text %j named %s for %s', async (text, name, format, sheet) => {
    await inFolder(async (folder) => {
      const path = join(folder, 'upload');
      await writeFile(path, text);
      const table = await openTable(path, name);
      expect([table.format, table.sheets]).toEqual([format, [{ name: sheet, hidden: false, active: true, index: 0 }]]);
      expect((await collect(table.rows(0))).flatMap(({ cells }) => cells)).toEqual(text.trim().split(/[;\n]/));
      await table.close();
    });
  });

  it('ends every reading when it is closed', async () => {
    await inFolder(async (folder) => {
      const [book, text] = [join(folder, 'book'), join(folder, 'text')];
      const rows = Array.from({ length: 30 }, () => Array.from({ length: 1000 }, () => ['79000000001']));
      await writeWorkbook(createWriteStream(book), [{ name: 'A', columns: [{ header: 'Телефон' }], rows }]);
      await writeFile(text, '79000000001\n'.repeat(30_000));
      for (const path of [book, text]) {
        const table = await openTable(path, 'a.txt');
        const reading = table.rows(0)[Symbol.asyncIterator]();
        expect((await reading.next()).value).toHaveLength(1000);
        await table.close();
        expect(await reading.next()).toEqual({ done: true, value: undefined });
      }
    });
  });

  it('blames the file in a way that callers can tell from their own faults', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'upload');
      for (const [bytes, code] of [
        [Buffer.from('d0cf11e0a1b11ae100', 'hex'), 'old-xls'],
        [Buffer.from('PK\u0003\u0004'), 'damaged'],
        [Buffer.from('<html>'), 'markup'],
      ] as const) {
        await writeFile(path, bytes);
        const fault = await openTable(path, 'a.xlsx').catch((error: unknown) => error);
        expect(isTableFault(fault) && fault.code).toBe(code);
        expect(TABLE_FAULT_CODES).toContain(code);
      }
      const missing = await openTable(join(folder, 'none'), 'a.xlsx').catch((error: unknown) => error);
      expect([isTableFault(missing), missing]).toEqual([false, expect.objectContaining({ code: 'ENOENT' })]);
    });
  });
});
