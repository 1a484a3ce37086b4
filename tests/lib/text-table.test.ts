import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TextDecoder } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CSV_BOM, csvLine } from '../../src/lib/tabletext/csv-line.ts';
import { TextTableParser } from '../../src/lib/tabletext/parser.ts';
import { guessSeparator, type Separator } from '../../src/lib/tabletext/separator.ts';
import { openTextTable } from '../../src/lib/tabletext/table.ts';
import { collect, inFolder } from './xlsx-fixture.ts';

const TEXT = 'Телефон;Имя;Город\r\n79000000001;Пётр Щукин;Ёлкино\r\n79000000002;Анна;Орёл\r\n';
const ROWS = [
  { number: 1, cells: ['Телефон', 'Имя', 'Город'] },
  { number: 2, cells: ['79000000001', 'Пётр Щукин', 'Ёлкино'] },
  { number: 3, cells: ['79000000002', 'Анна', 'Орёл'] },
];

/** Bytes of windows-1251, made backwards from what the platform's own decoder reads. */
function cyrillic1251(text: string): Buffer {
  const letters = new TextDecoder('windows-1251').decode(Uint8Array.from({ length: 256 }, (_, code) => code));
  return Buffer.from(Array.from(text, (letter) => letters.indexOf(letter)));
}

async function opened(content: Buffer | string) {
  return inFolder(async (folder) => {
    const path = join(folder, 'table.csv');
    await writeFile(path, content);
    const { encoding, separator, rows } = await openTextTable(path);
    return { encoding, separator, rows: await collect(rows()) };
  });
}

function parsed(pieces: string[], separator: Separator = ';', columns = 256) {
  const parser = new TextTableParser(separator, columns);
  for (const piece of pieces) parser.write(piece);
  parser.end();
  return parser.take();
}

describe('a text table', () => {
  const wide = Buffer.from(TEXT, 'utf16le');
  it.each([
    ['UTF-8', 'utf-8', Buffer.from(TEXT)],
    ['UTF-8 with a mark', 'utf-8', Buffer.from(`\uFEFF${TEXT}`)],
    ['UTF-16LE with a mark', 'utf-16le', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
    ['UTF-16BE with a mark', 'utf-16be', Buffer.from(`\uFEFF${TEXT}`, 'utf16le').swap16()],
    ['UTF-16LE without a mark', 'utf-16le', wide],
    ['UTF-16BE without a mark', 'utf-16be', Buffer.from(wide).swap16()],
    ['windows-1251', 'windows-1251', cyrillic1251(TEXT)],
  ])('is read in %s', async (_, encoding, bytes) => {
    expect(await opened(bytes)).toEqual({ encoding, separator: ';', rows: ROWS });
  });

  it('is windows-1251 even when the first Russian letter comes after a megabyte of digits', async () => {
    const digits = '79000000001;1\n'.repeat(80_000);
    const { encoding, rows } = await opened(Buffer.concat([Buffer.from(digits), cyrillic1251('79000000002;Щука\n')]));
    expect([encoding, rows.at(-1)]).toEqual(['windows-1251', { number: 80_001, cells: ['79000000002', 'Щука'] }]);
  });

  it('is UTF-8 when its only Russian letter lies on the edge of what is looked at in one go', async () => {
    const digits = '79000000001;12\n'.repeat(2 ** 18 / 15).padEnd(2 ** 18 - 1, 'x');
    const { encoding, rows } = await opened(`${digits}я;1\n`);
    expect([encoding, rows.at(-1)?.cells[0]?.at(-1)]).toEqual(['utf-8', 'я']);
  });

  it('stays UTF-8 when one letter of many is broken', async () => {
    const { encoding, rows } = await opened(Buffer.concat([Buffer.from(TEXT), Buffer.from([0xd0, 0x0a])]));
    expect([encoding, rows[1]]).toEqual(['utf-8', ROWS[1]]);
  });

  it('keeps Russian letters whole across the chunks of a big file', async () => {
    const line = 'ёжик;щука\n';
    const { rows } = await opened(`я;я\n${line.repeat(30_000)}`);
    expect(rows).toHaveLength(30_001);
    expect(rows.slice(1).every(({ cells }) => cells[0] === 'ёжик' && cells[1] === 'щука')).toBe(true);
  });

  it('drops stray NULs, and is no text at all when it is full of control bytes', async () => {
    expect((await opened('a;b\u0000\nc;\u0000d\n')).rows).toEqual([
      { number: 1, cells: ['a', 'b'] },
      { number: 2, cells: ['c', 'd'] },
    ]);
    const picture = Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7919) % 251));
    await expect(opened(picture)).rejects.toMatchObject({ code: 'not-text' });
  });

  it('is refused when it is a web page under the name of a table', async () => {
    await expect(opened('\n <html><table><tr><td>1</td></tr></table></html>')).rejects.toMatchObject({
      code: 'markup',
    });
  });

  it('may be empty', async () => {
    expect(await opened('')).toEqual({ encoding: 'utf-8', separator: '', rows: [] });
  });

  it('obeys the sep= line of Excel and leaves it out', async () => {
    expect(await opened('sep=,\r\na;1,b\r\n')).toMatchObject({
      separator: ',',
      rows: [{ number: 2, cells: ['a;1', 'b'] }],
    });
  });
});

describe('the separator', () => {
  it.each<[string, Separator]>([
    ['a;b\n1;2,5\n3;4,5\n', ';'],
    ['a,b\n1,2\n', ','],
    ['a\tb, c\n1\t2, 3\n', '\t'],
    ['"a,b";c\n"d,e,f";g\n', ';'],
    ['"a\n;;;b",c\n"d",e\n', ','],
    ['79000000001\n79000000002\n', ''],
    ['8 (900) 000-00-01\nИванов, Пётр\n8 (900) 000-00-02\n', ''],
    ['@nick', ''],
    ['a;b', ';'],
  ])('of %j is %j', (text, separator) => {
    expect(guessSeparator(text)).toBe(separator);
  });
});

describe('parsing', () => {
  it('gives back any table that RFC 4180 can hold, cut anywhere', () => {
    const cell = fc.string({ unit: fc.constantFrom(...'aЯ;"\r\n ,') });
    const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        table,
        fc.array(fc.nat(300), { maxLength: 10 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        (rows, cuts, end) => {
          const text = rows
            .map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(';') + end)
            .join('');
          const edges = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b), text.length];
          const read = parsed(edges.slice(1).map((edge, at) => text.slice(edges[at], edge)));
          expect(read.map(({ number }) => number)).toEqual(rows.map((_, at) => at + 1));
          expect(read.map(({ cells }) => cells)).toEqual(
            rows.map((row) => row.slice(0, row.findLastIndex((value) => value !== '') + 1)),
          );
        },
      ),
    );
  });

  it('numbers empty lines, takes every kind of line end and a last line without one', () => {
    expect(parsed(['a\r', '\n\r\nb\rc\n\nd;'])).toEqual(
      [['a'], [], ['b'], ['c'], [], ['d']].map((cells, at) => ({ number: at + 1, cells })),
    );
  });

  it('lets a stray quote inside a cell be, and says where a quote was never closed', () => {
    expect(parsed(['ООО "Ромашка";5"\n"a"b;c\n']).map(({ cells }) => cells)).toEqual([
      ['ООО "Ромашка"', '5"'],
      ['ab', 'c'],
    ]);
    expect(() => parsed(['a;b\n"c;d\ne;f\n'])).toThrow(expect.objectContaining({ code: 'unclosed-quote', row: 2 }));
  });

  it('takes one value a line, whatever quotes it has', () => {
    expect(parsed(['"ООО\n"a ""b"""\n79,5;1'], '').map(({ cells }) => cells[0])).toEqual(['"ООО', 'a "b"', '79,5;1']);
  });

  it('refuses a line over a mebibyte', () => {
    const long = 'x'.repeat(2 ** 19);
    expect(() => parsed(['a\n', long, long, 'x'])).toThrow(expect.objectContaining({ code: 'line-too-long', row: 2 }));
    expect(() => parsed([';'.repeat(2 ** 20 + 1)])).toThrow(expect.objectContaining({ code: 'line-too-long' }));
  });

  it('keeps as many columns as allowed and says when it cut', () => {
    expect(parsed(['a;b;c\nd;e;\n'], ';', 2)).toEqual([
      { number: 1, cells: ['a', 'b'], cut: true },
      { number: 2, cells: ['d', 'e'] },
    ]);
  });
});

describe('a line of CSV', () => {
  it('disarms what a spreadsheet would take for a formula, phones too, and leaves numbers alone', () => {
    expect(csvLine(['=1+1', '+79000000001', '-5', '@nick', '\tx', '\rx', -5, 'a-b', null, undefined])).toBe(
      "'=1+1;'+79000000001;'-5;'@nick;'\tx;\"'\rx\";-5;a-b;;\r\n",
    );
  });

  it('quotes separators, quotes, line ends and spaces at the ends', () => {
    expect(csvLine(['a;b', 'say "да"', 'x\ny', ' z', 'a,b'])).toBe('"a;b";"say ""да""";"x\ny";" z";a,b\r\n');
    expect(csvLine(['a;b', 'a,b'], { separator: ',' })).toBe('a;b,"a,b"\r\n');
  });

  it('has a decimal comma where it is divided by semicolons, as Excel has', () => {
    expect(csvLine([13.2, -0.5, 7, '13.2'])).toBe('13,2;-0,5;7;13.2\r\n');
    expect(csvLine([13.2, 7], { separator: ',' })).toBe('13.2,7\r\n');
  });

  it('is read back as it was written', async () => {
    const rows = [
      ['Имя', 'Комментарий'],
      ['Щука', 'строка\r\nвторая; "третья"'],
      ['x', ' y '],
    ];
    const { encoding, separator, rows: read } = await opened(CSV_BOM + rows.map((row) => csvLine(row)).join(''));
    expect([encoding, separator, read.map(({ cells }) => cells)]).toEqual(['utf-8', ';', rows]);
  });
});
