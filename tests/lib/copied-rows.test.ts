import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CopiedRows, cellStart, cellText, copiedRows } from '../../src/lib/copied-rows.ts';
import { CSV_BOM, csvLine, csvPieces } from '../../src/lib/tabletext/index.ts';
import { type Column, type SheetSource, writeWorkbook } from '../../src/lib/xlsx/index.ts';
import { inFolder, readAll } from './xlsx-fixture.ts';

const LETTERS: Record<string, string> = {
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** What COPY writes for a cell, as its documentation says. */
const copied = (value: string | null): string =>
  value === null ? '\\N' : value.replace(/[\\\b\f\n\r\t\v]/g, (letter) => LETTERS[letter] ?? letter);

/** The bytes of a COPY of these rows, cut where it hurts. */
async function* copyOf(rows: (string | null)[][], piece: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(rows.map((row) => `${row.map(copied).join('\t')}\n`).join(''));
  for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
}

const text = fc.string({
  unit: fc.constantFrom(...' abNЁя;\'"<>&_x041Fq\n\r\t\v\b\\=+-@\u0001\u00a0\u2028€\ufffe\uffef', '😀'),
  maxLength: 12,
});
const cell = fc.oneof(text, fc.constant(null), fc.constant('\\N'));
const table = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 40 });
const columns: Column[] = [{ header: 'A' }, { header: 'B' }, { header: 'C' }];

function cellsOf(batch: CopiedRows): string[][] {
  return Array.from({ length: batch.length }, (_, row) =>
    Array.from({ length: batch.width }, (_, column) => {
      const place = row * batch.width + column;
      return cellText(batch.bytes, cellStart(batch, place), batch.ends[place] ?? 0);
    }),
  );
}

async function csvOf(rows: SheetSource['rows'], of = columns): Promise<string> {
  let csv = '';
  for await (const piece of csvPieces({ columns: of, rows })) csv += piece.toString('latin1');
  return Buffer.from(csv, 'latin1').toString();
}

async function workbookOf(rows: SheetSource['rows'], of = columns): Promise<{ ours: string[][]; theirs: unknown[][] }> {
  return inFolder(async (folder) => {
    const path = join(folder, 'book.xlsx');
    await writeWorkbook(createWriteStream(path), [{ name: 'A', columns: of, rows }]);
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(path);
    const theirs: unknown[][] = [];
    book.getWorksheet('A')?.eachRow({ includeEmpty: true }, (row) => {
      theirs.push(of.map((_, column) => row.getCell(column + 1).value ?? ''));
    });
    const read = (await readAll(path)).map(({ cells }) => of.map((_, column) => cells[column] ?? ''));
    return { ours: read, theirs };
  });
}

describe('rows as COPY writes them', () => {
  it('come apart into the texts that went in, wherever the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 90 }),
        async (rows, piece, size) => {
          const found: string[][] = [];
          for await (const batch of copiedRows(copyOf(rows, piece), 3, size)) found.push(...cellsOf(batch));
          expect(found).toEqual(rows.map((row) => row.map((value) => value ?? '')));
        },
      ),
    );
  });

  it('are refused when there are not as many cells as columns', async () => {
    const reading = async () => {
      for await (const _batch of copiedRows(copyOf([['a', 'b']], 10), 3));
    };
    await expect(reading()).rejects.toThrow('COPY did not answer 3 columns');
  });

  it('make the same CSV as values do, byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 1, max: 90 }), async (rows, piece) => {
        const lines = rows.map((row) => csvLine(row)).join('');
        expect(await csvOf(copiedRows(copyOf(rows, piece), 3))).toBe(`${CSV_BOM}A;B;C\r\n${lines}`);
      }),
      { numRuns: 500 },
    );
  });

  it('make the same workbook as values do, for exceljs and for our reader', async () => {
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const made = await workbookOf(copiedRows(copyOf(rows, 1000), 3));
        expect(made).toEqual(await workbookOf([rows]));
      }),
      { numRuns: 60 },
    );
  });

  it('lose nothing where a row meets the end of a buffer, however long a cell is', async () => {
    const rows = Array.from({ length: 60 }, (_, at) => [
      'я'.repeat((at * 7_919) % 40_000),
      '"<&>\n'.repeat((at * 613) % 9_000),
      `${at}😀`.padEnd(at * 31, '='),
    ]);
    const cut = rows.map((row) => row.map((value) => value.slice(0, 32_767)));
    const { ours } = await workbookOf(copiedRows(copyOf(rows, 5_000), 3));
    expect(ours.slice(1).every((row, at) => row.every((value, column) => value === cut[at]?.[column]))).toBe(true);
    expect(ours).toHaveLength(61);
    expect(await csvOf(copiedRows(copyOf(rows, 5_000), 3))).toBe(
      `${CSV_BOM}A;B;C\r\n${rows.map((row) => csvLine(row)).join('')}`,
    );
  });

  it('show a number as a number, and any cell in the words of its column', async () => {
    const of: Column[] = [
      { header: 'N', type: 'number' },
      { header: 'Twice', cell: 0, shown: (value) => `=${value}${value}` },
      { header: 'Last', cell: 2 },
    ];
    const rows = [
      ['-12', 'x', '+7900'],
      ['=1', 'x', null],
      [null, 'x', 'z'],
    ];
    const { theirs } = await workbookOf(copiedRows(copyOf(rows, 100), 3), of);
    expect(theirs.slice(1)).toEqual([
      [-12, '=-12-12', '+7900'],
      ['=1', '==1=1', ''],
      ['', '', 'z'],
    ]);
    expect(await csvOf(copiedRows(copyOf(rows, 100), 3), of)).toBe(
      `${CSV_BOM}N;Twice;Last\r\n-12;'=-12-12;'+7900\r\n'=1;'==1=1;\r\n;;z\r\n`,
    );
  });
});
