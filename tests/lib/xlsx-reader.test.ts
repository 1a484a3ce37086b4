import { join } from 'node:path';
import ExcelJS from 'exceljs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shownBySerial, shownNumber } from '../../src/lib/xlsx/reader/shown.ts';
import { StringTable } from '../../src/lib/xlsx/reader/string-table.ts';
import { kindOfFormat } from '../../src/lib/xlsx/reader/styles.ts';
import { openWorkbook } from '../../src/lib/xlsx/reader/workbook.ts';
import { collect, inFolder, readAll, relations, rowsOf, workbookOf, writeZip } from './xlsx-fixture.ts';

const sheetOf = (rows: string) => `<worksheet><sheetData>${rows}</sheetData></worksheet>`;
const STYLES = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy\\ h:mm;@"/><numFmt numFmtId="165" formatCode="0.00&quot; дней&quot;"/></numFmts>
<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="20"/><xf numFmtId="46"/></cellXfs></styleSheet>`;

describe('reading a workbook', () => {
  it('reads cell by cell what exceljs wrote, Russian text above all', async () => {
    const cell = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'абвгдЁЖЩя &<>"_x;\n0') }).map((text) => text.trim()),
      fc.integer(),
      fc
        .double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 })
        .filter((value) => !Object.is(value, -0)),
      fc.boolean(),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(cell, { maxLength: 6 }), { minLength: 1, maxLength: 20 }), (rows) =>
        inFolder(async (folder) => {
          const book = new ExcelJS.Workbook();
          book.addWorksheet('Лист').addRows(rows);
          const path = join(folder, 'book.xlsx');
          await book.xlsx.writeFile(path);
          const read = new Map((await readAll(path)).map(({ number, cells }) => [number, cells]));
          rows.forEach((row, at) => {
            const shown = row.map((value) => {
              if (typeof value === 'boolean') return String(value).toUpperCase();
              return String(typeof value === 'number' ? Number(value.toPrecision(15)) : value);
            });
            while (shown.at(-1) === '') shown.pop();
            expect(read.get(at + 1) ?? []).toEqual(shown);
          });
        }),
      ),
      { numRuns: 40 },
    );
  });

  it('shows the dates that exceljs wrote as a person sees them, counted from 1900 and from 1904', async () => {
    for (const date1904 of [false, true]) {
      await inFolder(async (folder) => {
        const book = new ExcelJS.Workbook();
        book.properties.date1904 = date1904;
        const sheet = book.addWorksheet('Даты');
        sheet.addRow([new Date(Date.UTC(2026, 10, 21)), new Date(Date.UTC(2024, 1, 29, 18, 5)), 45_000]);
        sheet.getCell('B1').numFmt = 'dd.mm.yyyy hh:mm';
        const path = join(folder, 'dates.xlsx');
        await book.xlsx.writeFile(path);
        expect(await readAll(path)).toEqual([{ number: 1, cells: ['21.11.2026', '29.02.2024 18:05', '45000'] }]);
      });
    }
  });

  it('reads the rich text of exceljs as plain text', async () => {
    await inFolder(async (folder) => {
      const book = new ExcelJS.Workbook();
      book.addWorksheet('A').getCell('A1').value = {
        richText: [{ font: { bold: true }, text: 'Очень ' }, { text: 'важно' }],
      };
      await book.xlsx.writeFile(join(folder, 'rich.xlsx'));
      expect(await readAll(join(folder, 'rich.xlsx'))).toEqual([{ number: 1, cells: ['Очень важно'] }]);
    });
  });

  it('tells numbers, dates, times and hours apart by the cell style', async () => {
    const row = [0, 1, 2, 3, 4, 5].map((style) => `<c s="${style}"><v>45000.75</v></c>`).join('');
    const parts = workbookOf(
      sheetOf(`<row>${row}<c t="d"><v>2026-11-21T09:30:00Z</v></c><c t="e"><v>#N/A</v></c></row>`),
      {
        'xl/styles.xml': STYLES,
      },
    );
    const cells = ['45000.75', '15.03.2023 18:00', '15.03.2023 18:00', '45000.75', '18:00', '1080018:00'];
    expect(await rowsOf(parts)).toEqual([{ number: 1, cells: [...cells, '21.11.2026 09:30', '#N/A'] }]);
  });

  it('takes rows out of order, rows and cells without numbers, and gaps', async () => {
    const rows =
      '<row r="5"><c r="B5"><v>1</v></c><c><v>2</v></c></row><row r="2"/><row><c><v>3</v></c></row><row r="2000000000"/>';
    expect(await rowsOf(workbookOf(sheetOf(rows)))).toEqual([
      { number: 5, cells: ['', '1', '2'] },
      { number: 2, cells: [] },
      { number: 3, cells: ['3'] },
      { number: 4, cells: [] },
    ]);
  });

  it('keeps 256 columns and says when it cut', async () => {
    const rows = '<row><c r="IV1"><v>1</v></c><c r="IW1"><v>2</v></c></row><row><c r="XFD2" s="1"/></row>';
    const read = await rowsOf(workbookOf(sheetOf(rows)));
    expect(read.map(({ cells, cut }) => [cells.length, cut])).toEqual([
      [256, true],
      [0, undefined],
    ]);
  });

  it('lists sheets in the order of the tabs, hidden and active ones marked, charts left out', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'book.xlsx');
      const sheet = (name: string, id: number, state = '') =>
        `<s:sheet name="${name}" sheetId="${id}" ${state} q:id="rId${id}"/>`;
      await writeZip(path, {
        '_rels/.rels': relations(['officeDocument', '/Book/Workbook.XML']),
        'book/workbook.xml': `<s:workbook xmlns:s="m" xmlns:q="r"><s:bookViews><s:workbookView activeTab="3"/></s:bookViews><s:sheets>
          ${sheet('ВК &amp; Ок', 2)}${sheet('Тайный', 1, 'state="veryHidden"')}${sheet('График', 3)}${sheet('Почта', 4)}</s:sheets></s:workbook>`,
        'book/_rels/workbook.xml.rels': relations(
          ['worksheet', 'one.xml'],
          ['worksheet', '/book/two.xml'],
          ['chartsheet', 'c.xml'],
          ['worksheet', '../four.xml'],
        ),
        'book/one.xml': sheetOf('<row><c><v>1</v></c></row>'),
        'book/two.xml': sheetOf('<row><c><v>2</v></c></row>'),
        'four.xml': sheetOf('<row><c><v>4</v></c></row>'),
      });
      const book = await openWorkbook(path);
      expect(book.sheets).toEqual([
        { name: 'ВК & Ок', hidden: false, active: false, index: 0 },
        { name: 'Тайный', hidden: true, active: false, index: 1 },
        { name: 'Почта', hidden: false, active: true, index: 2 },
      ]);
      const values = await Promise.all(
        book.sheets.map(async ({ index }) => (await collect(book.rows(index)))[0]?.cells[0]),
      );
      expect(values).toEqual(['2', '1', '4']);
      await book.close();
    });
  });

  it('stops early without reading the strings that the first rows do not need', async () => {
    const strings = Array.from({ length: 20_000 }, (_, at) => `<si><t>строка ${at}</t></si>`).join('');
    const rows = Array.from({ length: 20_000 }, (_, at) => `<row><c t="s"><v>${at}</v></c></row>`).join('');
    await inFolder(async (folder) => {
      const path = join(folder, 'book.xlsx');
      // The string table breaks off: who reads on to the end meets the damage.
      await writeZip(path, workbookOf(sheetOf(rows), { 'xl/sharedStrings.xml': `<sst>${strings}<si><t>` }));
      const book = await openWorkbook(path);
      for await (const batch of book.rows(0)) {
        expect(batch).toHaveLength(1000);
        expect(batch[999]).toEqual({ number: 1000, cells: ['строка 999'] });
        break;
      }
      await book.close();
      expect(await readAll(path)).toHaveLength(20_000);
    });
  });
});

describe('the table of shared strings', () => {
  it('gives back every string, however they fall on the edges of its slabs', () => {
    const table = new StringTable(2 ** 26);
    const text = (at: number) => (at % 7 === 0 ? '' : `ё${at}`.padEnd((at * 7919) % 9_000, 'я'));
    for (let at = 0; at < 1_500; at += 1) table.add(text(at));
    expect(table.size).toBe(1_500);
    for (let at = 0; at < 1_500; at += 1) expect(table.get(at) === text(at)).toBe(true);
  });

  it('gives back what it copied from bytes, between what it was given as strings', () => {
    const table = new StringTable(2 ** 26);
    const text = (at: number) => (at % 5 === 0 ? '' : `ё${at}`.padEnd((at * 7919) % 9_000, at % 2 === 0 ? 'x' : 'я'));
    for (let at = 0; at < 1_500; at += 1) {
      const bytes = Buffer.from(`<${text(at)}>`);
      if (at % 3 === 0) table.add(text(at));
      else table.addBytes(bytes, 1, bytes.length - 1);
    }
    expect(table.size).toBe(1_500);
    for (let at = 0; at < 1_500; at += 1) expect(table.get(at) === text(at)).toBe(true);
  });

  it('refuses to grow beyond the memory it was given', () => {
    const table = new StringTable(2 ** 24);
    expect(() => {
      for (;;) table.add('x'.repeat(2 ** 19));
    }).toThrow('too-large');
    const copied = new StringTable(2 ** 24);
    const bytes = Buffer.alloc(2 ** 19);
    expect(() => {
      for (;;) copied.addBytes(bytes, 0, bytes.length);
    }).toThrow('too-large');
  });
});

describe('the shown value', () => {
  it('writes phones without exponent or fraction and other numbers as short as they are', () => {
    const shown = [
      '79001234567',
      '7.9001234567E+10',
      '79001234567.0',
      '12345678901234567890',
      '1234.5599999999999',
      '007',
      'x',
    ].map(shownNumber);
    expect(shown).toEqual(['79001234567', '79001234567', '79001234567', '12345678901234567890', '1234.56', '7', 'x']);
  });

  it('knows the day that Excel made up, and gives impossible dates back as numbers', () => {
    const shown = ['1', '59', '60', '61', '2958465.999999', '-1', '2958466', ''].map((serial) =>
      shownBySerial(serial, 'date', false),
    );
    expect(shown).toEqual([
      '01.01.1900',
      '28.02.1900',
      '29.02.1900',
      '01.03.1900',
      '2958465.999999',
      '-1',
      '2958466',
      '',
    ]);
    expect(shownBySerial('0', 'date', true)).toBe('01.01.1904');
  });

  it.each([
    ['General', 'number'],
    ['#,##0.00\\ [$₽-419]', 'number'],
    ['0.00E+00', 'number'],
    ['[Red]0" дней"', 'number'],
    ['[$-419]d\\ mmmm\\ yyyy', 'date'],
    ['mmm', 'date'],
    ['h:mm AM/PM', 'time'],
    ['mm:ss.0', 'time'],
    ['[h]:mm', 'elapsed'],
  ])('takes the format %s for a %s', (code, kind) => {
    expect(kindOfFormat(code)).toBe(kind);
  });
});
