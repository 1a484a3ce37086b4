import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import ExcelJS from 'exceljs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openPromise } from 'yauzl';
import { openWorkbook } from '../../src/lib/xlsx/reader/workbook.ts';
import { createSheetNamer } from '../../src/lib/xlsx/writer/sheet-names.ts';
import { type SheetSource, type WriterLimits, writeWorkbook } from '../../src/lib/xlsx/writer/workbook.ts';
import { zipChunks } from '../../src/lib/xlsx/writer/zip.ts';
import { collect, inFolder, readAll } from './xlsx-fixture.ts';

const COLUMNS = [{ header: 'Value', width: 24 }, { header: 'ID', type: 'number' as const }, { header: 'Имя' }];

async function written<T>(
  sheets: SheetSource[],
  use: (path: string) => Promise<T>,
  limits?: Partial<WriterLimits>,
): Promise<T> {
  return inFolder(async (folder) => {
    const path = join(folder, 'book.xlsx');
    await writeWorkbook(createWriteStream(path), sheets, limits);
    return use(path);
  });
}

async function excelJs(path: string): Promise<ExcelJS.Workbook> {
  const book = new ExcelJS.Workbook();
  await book.xlsx.readFile(path);
  return book;
}

describe('writing a workbook', () => {
  it('gives back to exceljs and to our reader every text that went in', async () => {
    const text = fc.string({ unit: fc.constantFrom(...' абЁя&<>"\'_x041Fq\n\t=+-@', '😀') });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text, text), { minLength: 1, maxLength: 30 }), (rows) =>
        written([{ name: 'Тг', columns: COLUMNS, rows: [rows] }], async (path) => {
          const sheet = (await excelJs(path)).getWorksheet('Тг');
          const ours = await readAll(path);
          rows.forEach((row, at) => {
            const cells = [1, 2, 3].map((column) => sheet?.getCell(at + 2, column).value ?? '');
            expect(cells).toEqual(row);
            expect([...(ours[at + 1]?.cells ?? []), '', '', ''].slice(0, 3)).toEqual(row);
          });
        }),
      ),
      { numRuns: 60 },
    );
  });

  it('never writes a formula, and a number only where one was asked for', async () => {
    const rows = [
      ['=1+1', 79000000001, 5],
      [{ formula: 'A1' } as unknown as string, '12', null],
      [true, Number.NaN, undefined],
    ];
    await written([{ name: 'A', columns: COLUMNS, rows: [rows] }], async (path) => {
      const sheet = (await excelJs(path)).getWorksheet('A');
      expect(sheet?.getRow(2).values).toEqual([undefined, '=1+1', 79000000001, '5']);
      expect(sheet?.getRow(3).values).toEqual([undefined, '[object Object]', '12']);
      expect(sheet?.getRow(4).values).toEqual([undefined, 'true', 'NaN']);
      expect(sheet?.getCell('B2').type).toBe(ExcelJS.ValueType.Number);
      expect(sheet?.getCell('C2').type).toBe(ExcelJS.ValueType.String);
    });
  });

  it('has a bold frozen header, a filter over all rows and the widths asked for', async () => {
    await written([{ name: 'A', columns: COLUMNS, rows: [[['x'], ['y']]] }], async (path) => {
      const sheet = (await excelJs(path)).getWorksheet('A');
      expect(sheet?.getRow(1).values).toEqual([undefined, 'Value', 'ID', 'Имя']);
      expect(sheet?.getCell('C1').font.bold).toBe(true);
      expect(sheet?.getCell('A2').font?.bold).toBeUndefined();
      expect(sheet?.views[0]).toMatchObject({ state: 'frozen', ySplit: 1 });
      expect(sheet?.autoFilter).toBe('A1:C3');
      expect(sheet?.getColumn(1).width).toBe(24);
    });
  });

  it('goes on in a continuation sheet when rows or bytes fill one, without losing a row', async () => {
    const rows = Array.from({ length: 25 }, (_, at) => [`строка ${at}`]);
    const sheets = [
      { name: 'Много', columns: COLUMNS, rows: [rows.slice(0, 7), [], rows.slice(7)] },
      { name: 'Много', columns: COLUMNS, rows: [] },
    ];
    await written(
      sheets,
      async (path) => {
        const book = await openWorkbook(path);
        expect(book.sheets.map(({ name, active }) => [name, active])).toEqual([
          ['Много', true],
          ['Много (2)', false],
          ['Много (3)', false],
          ['Много (4)', false],
        ]);
        const read = await Promise.all(book.sheets.map(({ index }) => collect(book.rows(index))));
        expect(read.map((sheet) => sheet.length)).toEqual([11, 11, 6, 1]);
        expect(read.flatMap((sheet) => sheet.slice(1).map(({ cells }) => cells))).toEqual(rows);
        await book.close();
      },
      { sheetRows: 11 },
    );
    const long = Array.from({ length: 40 }, (_, at) => [`${at}`.padEnd(10_000, 'я')]);
    await written(
      [{ name: 'A', columns: COLUMNS, rows: [long] }],
      async (path) => {
        const read = await Promise.all([readAll(path, 0), readAll(path, 1), readAll(path, 2)]);
        expect(read.map((sheet) => sheet.length)).toEqual([16, 16, 11]);
        expect(read.flatMap((sheet) => sheet.slice(1).map(({ cells }) => cells))).toEqual(long);
      },
      { sheetBytes: 300_000 },
    );
  });

  it('loses nothing where a row meets the end of its buffer, however long or full of escapes it is', async () => {
    const rows = Array.from({ length: 160 }, (_, at) => {
      const length = (at * 7_919) % 32_768;
      return ['я'.repeat(length), '"<&>'.repeat(length / 4), `${at}€`.padEnd(length % 500, at % 2 ? 'x' : 'щ')];
    });
    await written(
      [{ name: 'A', columns: ['A', 'B', 'C'].map((header) => ({ header })), rows: [rows] }],
      async (path) => {
        const read = (await readAll(path)).slice(1);
        expect(read.every(({ cells }, at) => rows[at]?.every((text, column) => text === (cells[column] ?? '')))).toBe(
          true,
        );
        expect(read).toHaveLength(rows.length);
      },
    );
  });

  it('keeps text that looks like an escape of Excel, and turns every line end into the one that a cell knows', async () => {
    const rows = [['_x041F_', '_x005F_x041F_', 'а\r\nб\rв\nг']];
    await written([{ name: 'A', columns: COLUMNS, rows: [rows] }], async (path) => {
      expect((await readAll(path))[1]?.cells).toEqual(['_x041F_', '_x005F_x041F_', 'а\nб\nв\nг']);
    });
  });

  it('drops what XML forbids and what Excel would not take into a cell', async () => {
    const rows = [['a\u0000\u000b\uffff\ud800b', null, 'я'.repeat(40_000)]];
    await written([{ name: 'A', columns: COLUMNS, rows: [rows] }], async (path) => {
      expect((await readAll(path))[1]?.cells).toEqual(['ab', '', 'я'.repeat(32_767)]);
    });
  });

  it('asks for rows only as fast as the file is taken, and closes the source when the reader goes away', async () => {
    let [asked, closed] = [0, false];
    async function* rows() {
      try {
        for (; asked < 10_000; asked += 1)
          yield Array.from({ length: 500 }, (_, at) => [`${Math.sin(asked * 500 + at)}`]);
      } finally {
        closed = true;
      }
    }
    let taken = 0;
    const stalled = new Writable({
      write(_chunk, _encoding, next) {
        taken += 1;
        if (taken < 4) next();
        else setImmediate(() => stalled.destroy());
      },
    });
    await expect(writeWorkbook(stalled, [{ name: 'A', columns: COLUMNS, rows: rows() }])).rejects.toThrow();
    await expect.poll(() => closed).toBe(true);
    expect(asked).toBeLessThan(200);
  });

  it('fails with the fault of its source', async () => {
    async function* rows() {
      yield [['x']];
      throw new Error('the database went away');
    }
    await expect(written([{ name: 'A', columns: COLUMNS, rows: rows() }], readFile)).rejects.toThrow(
      'the database went away',
    );
  });
});

describe('the zip', () => {
  it('can be read when it lies beyond four gigabytes', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'far.zip');
      const start = 5 * 2 ** 30;
      // A hole, not five gigabytes: the file system keeps only what is written.
      await pipeline(
        Readable.from(zipChunks([{ name: 'a.txt', content: [Buffer.from('привет')] }], start)),
        createWriteStream(path, { start }),
      );
      const zip = await openPromise(path, { autoClose: false });
      for await (const entry of zip.eachEntry()) {
        expect([entry.fileName, entry.relativeOffsetOfLocalHeader]).toEqual(['a.txt', start]);
        expect(Buffer.concat(await (await zip.openReadStreamPromise(entry)).toArray()).toString()).toBe('привет');
      }
      expect(zip.entriesRead).toBe(1);
      zip.close();
    });
  });
});

describe('sheet names', () => {
  it('are what Excel accepts, whatever was wanted', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 50 })), (wanted) => {
        const names = wanted.map(createSheetNamer());
        for (const name of names) expect(name).toMatch(/^(?!')[^[\]:*?/\\]{1,31}(?<!')$/);
        expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
      }),
    );
  });

  it('keep the words and number the copies', () => {
    const wanted = ['ВК/Ок [2026]', 'вк/ок [2026]', '', 'x'.repeat(40), 'X'.repeat(40), 'History'];
    expect(wanted.map(createSheetNamer())).toEqual([
      'ВК Ок 2026',
      'вк ок 2026 (2)',
      'Sheet',
      'x'.repeat(31),
      `${'X'.repeat(27)} (2)`,
      'History (2)',
    ]);
  });
});
