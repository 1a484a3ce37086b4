import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SharedStrings } from '../../src/lib/xlsx/reader/shared-strings.ts';
import { SheetRows } from '../../src/lib/xlsx/reader/sheet-rows.ts';
import type { Row } from '../../src/lib/xlsx/row.ts';
import { decodeXml } from '../../src/lib/xlsx/xml/decode.ts';
import { XmlScanner } from '../../src/lib/xlsx/xml/scanner.ts';
import { bigEndian, cyrillic1251 } from './workbooks/encodings.ts';

const STRINGS = `<?xml version="1.0" encoding="UTF-8"?><!-- > < --><x:sst xmlns:x='a"b'><x:si><x:t>Пётр &amp; Ко</x:t></x:si><x:si>
<x:r><x:rPr><x:b/></x:rPr><x:t xml:space="preserve">Щука </x:t></x:r><x:r><x:t><![CDATA[<и> &amp; рак]]></x:t></x:r>
<x:rPh sb="0"><x:t>чтение</x:t></x:rPh></x:si><x:si/><x:si><x:t>&#x1F600;&#1046;_x000D_</x:t></x:si></x:sst>`;
const SHEET = `<?xml version="1.0"?><worksheet><sheetData><row r="1" spans="1:4"><c r="A1" t="s"><v>0</v></c><c t='s' r='C1' ><v>1</v></c
></row><row r="3"><c r="A3" t="inlineStr"><is><t>Ёж "a>b"</t></is></c><c><v>7.9001234567E+10</v></c><c t="s"><v>3</v></c></row><row/>
<row r="7"><c t="str" x="a>b/"><f>A1&amp;"я"</f><v>Итог&lt;</v></c><c t="b"><v>1</v></c></row></sheetData></worksheet>`;
const EXPECTED: Row[] = [
  { number: 1, cells: ['Пётр & Ко', '', 'Щука <и> &amp; рак'] },
  { number: 3, cells: ['Ёж "a>b"', '79001234567', '😀Ж\r'] },
  { number: 4, cells: [] },
  { number: 7, cells: ['Итог<', 'TRUE'] },
];

async function* chunksOf(bytes: Buffer, cuts: number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    yield bytes.subarray(from, cut);
    from = cut;
  }
}

async function read(sheet: Buffer, sheetCuts: number[], strings: Buffer, stringCuts: number[]): Promise<Row[]> {
  const shared = new SharedStrings(decodeXml(chunksOf(strings, stringCuts)), 2 ** 24);
  const rows = new SheetRows({ strings: shared, kinds: [], date1904: false, columns: 256 });
  const scanner = new XmlScanner(rows);
  for await (const bytes of decodeXml(chunksOf(sheet, sheetCuts))) scanner.write(bytes);
  scanner.end();
  await rows.settle();
  return rows.take();
}

const stringsOf = (items: string) => Buffer.from(`<sst>${items}</sst>`);
const cellsOf = (cells: string) => Buffer.from(`<worksheet><sheetData><row>${cells}</row></sheetData></worksheet>`);

/** The shared strings of these items, each named by one cell. */
async function sharedTexts(strings: Buffer, count: number, cuts: number[] = []): Promise<string[] | undefined> {
  const cells = Array.from({ length: count }, (_, index) => `<c t="s"><v>${index}</v></c>`);
  return (await read(cellsOf(cells.join('')), [], strings, cuts))[0]?.cells;
}

async function decoded(bytes: Buffer, cuts: number[]): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of decodeXml(chunksOf(bytes, cuts))) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

/** What a decoder of the whole file would make of its malformed bytes. */
const replaced = (bytes: Buffer) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

function scanned(pieces: (string | Buffer)[]): string[] {
  const events: string[] = [];
  const scanner = new XmlScanner({
    open: (name, tag) => events.push(`<${name} ${tag.attribute('r') ?? ''}`),
    close: (name) => events.push(`/${name}`),
    text: (source, start, end) => events.push(source.toString('utf8', start, end)),
  });
  for (const piece of pieces) scanner.write(Buffer.from(piece));
  scanner.end();
  return events;
}

describe('XML of a workbook', () => {
  it('reads the same wherever one chunk ends and the next begins, byte by byte', async () => {
    const [sheet, strings] = [Buffer.from(SHEET), Buffer.from(STRINGS)];
    for (let cut = 0; cut <= sheet.length; cut += 1) expect(await read(sheet, [cut], strings, [])).toEqual(EXPECTED);
    for (let cut = 0; cut <= strings.length; cut += 1) expect(await read(sheet, [], strings, [cut])).toEqual(EXPECTED);
  });

  it('reads the same in chunks of one byte', async () => {
    const [sheet, strings] = [Buffer.from(SHEET), Buffer.from(STRINGS)];
    const every = (bytes: Buffer) => Array.from(bytes, (_, at) => at);
    expect(await read(sheet, every(sheet), strings, every(strings))).toEqual(EXPECTED);
  });

  it('reads UTF-16 by its byte order mark, in odd chunks too', async () => {
    const little = Buffer.from(`\uFEFF${SHEET}`, 'utf16le');
    const big = Buffer.from(little).swap16();
    const cuts = Array.from({ length: Math.floor(little.length / 131) }, (_, at) => at * 131);
    for (const sheet of [little, big]) expect(await read(sheet, cuts, Buffer.from(STRINGS), [])).toEqual(EXPECTED);
  });

  it('finds the same tags whatever the pieces of the text', () => {
    const bytes = Buffer.from(SHEET);
    const whole = scanned([bytes]);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 40 }), (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        expect(scanned(edges.slice(1).map((edge, at) => bytes.subarray(edges[at], edge)))).toEqual(whole);
      }),
    );
  });

  it.each(['<a><b></b>', '<a></a></a>', '<a r="1></a>', '<a r=1></a>', '<a><', '<a>text', '', '<a/x>'])(
    'calls %j damaged',
    (xml) => {
      expect(() => scanned([xml])).toThrow('damaged');
    },
  );

  it('refuses elements nested without end', () => {
    expect(scanned(['<a>'.repeat(200), '</a>'.repeat(200)])).toHaveLength(400);
    expect(() => scanned(['<a>'.repeat(300), '</a>'.repeat(300)])).toThrow('damaged');
  });

  it('refuses a document type, so that no entity is ever declared', () => {
    const lol = '<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;&l;&l;&l;&l;&l;">]><a>&m;</a>';
    expect(() => scanned([lol])).toThrow('damaged');
    expect(() => scanned([...lol])).toThrow('damaged');
  });

  it('refuses a tag or a text that does not end within a mebibyte', () => {
    const long = ' '.repeat(2 ** 19);
    expect(() => scanned(['<a ', long, long, long, '/>'])).toThrow('too-large');
    expect(() => scanned(['<a>', long, long, long, '</a>'])).toThrow('too-large');
  });
});

describe('the bytes of a workbook', () => {
  const BROKEN = [0xd0, 0xff, 0x80, 0xe2, 0x82, 0xac, 0xed, 0xa0, 0xf0, 0x9f, 0x98, 0xf5, 0xc0, 0xef, 0xbb, 0xbf, 0x61];

  it('replaces malformed letters as a decoder of the whole file would', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...BROKEN), { minLength: 1, maxLength: 12 }),
        fc.nat(60),
        async (codes, cut) => {
          const letters = Buffer.from(codes);
          const text = replaced(letters);
          const put = (xml: string) => Buffer.from(xml.replaceAll('?', letters.toString('latin1')), 'latin1');
          const strings = put('<sst><si><t>?</t></si><si><t>?&amp;</t></si><si><r><t>?</t></r><t>?</t></si></sst>');
          expect(await sharedTexts(strings, 3, [cut])).toEqual([text, `${text}&`, text + text]);
          const cell = put('<worksheet><sheetData><row><c t="str"><v>?</v></c></row></sheetData></worksheet>');
          expect((await read(cell, [cut], strings, []))[0]?.cells).toEqual([text]);
          expect(scanned([put('<a r="?">?</a>')])).toEqual([`<a ${text}`, text, '/a']);
          expect(scanned([put('<p?:? r="1"></p?:?>')])).toEqual([`<${text} 1`, `/${text}`]);
        },
      ),
    );
  });

  it('takes names beyond ASCII for the same when their letters are, not when bytes look like them', () => {
    expect(scanned(['<ж><é/></ж>'])).toEqual(['<ж ', '<é ', '/é', '/ж']);
    // One bad byte is as good as another.
    expect(scanned([Buffer.from('<\xff></\xfe>', 'latin1')])).toEqual(['<\uFFFD ', '/\uFFFD']);
    // The two letters have the codes that are the bytes of the one.
    expect(() => scanned(['<Ð¶></ж>'])).toThrow('damaged');
    expect(scanned(['<a><Ð¶/><ж/></a>'])).toEqual(['<a ', '<Ð¶ ', '/Ð¶', '<ж ', '/ж', '/a']);
  });

  it('reads names that it has not kept: a file may have more of them than are worth it', () => {
    const names = Array.from({ length: 3_000 }, (_, at) => `n${at % 7 === 0 ? 'ж' : ''}${at}`);
    const tags = [...names, 'row', ...names.slice(0, 50), 'row'];
    const events = scanned([`<a>${tags.map((name) => `<${name}/>`).join('')}</a>`]);
    expect(events).toEqual(['<a ', ...tags.flatMap((name) => [`<${name} `, `/${name}`]), '/a']);
  });

  it('puts a letter together that is cut anywhere, in every encoding', async () => {
    const part = (encoding: string, letters: string) =>
      `<?xml version="1.0" encoding="${encoding}"?><sst><si><t>${letters}</t></si><si><t>${letters}&amp;</t></si></sst>`;
    const all = 'ж€😀я';
    const parts: [Buffer, string][] = [
      [Buffer.from(part('UTF-8', all)), all],
      [Buffer.from(`\uFEFF${part('utf8', all)}`), all],
      [Buffer.from(`\uFEFF${part('UTF-16', all)}`, 'utf16le'), all],
      [bigEndian(`\uFEFF${part('UTF-16', all)}`), all],
      [Buffer.from(part('UTF-16', all), 'utf16le'), all],
      [bigEndian(part('UTF-16', all)), all],
      [cyrillic1251(part('windows-1251', 'Ёж€я')), 'Ёж€я'],
    ];
    for (const [bytes, letters] of parts) {
      for (let cut = 0; cut <= bytes.length; cut += 1) {
        expect(await sharedTexts(bytes, 2, [cut])).toEqual([letters, `${letters}&`]);
      }
    }
  });

  it('believes the mark of UTF-8, not a declaration that an editor left behind it', async () => {
    for (const encoding of ['windows-1251', 'koi8-r', 'no-such-thing']) {
      const part = `\uFEFF<?xml version="1.0" encoding="${encoding}"?><sst><si><t>Анна</t></si></sst>`;
      expect(await sharedTexts(Buffer.from(part), 1)).toEqual(['Анна']);
    }
  });

  it('drops the mark of UTF-8 at the beginning, and only there', async () => {
    const marked = Buffer.from('\uFEFF<a>\uFEFF</a>');
    for (let cut = 0; cut <= marked.length; cut += 1) expect(await decoded(marked, [cut])).toBe('<a>\uFEFF</a>');
    expect(await decoded(Buffer.from('\uFEFF'), [1, 2])).toBe('');
    expect(await decoded(Buffer.alloc(0), [])).toBe('');
  });

  it('reads shared strings alike, those copied as they lie and those with something to resolve', async () => {
    const items: [xml: string, text: string][] = [
      ['<t>Анна_x</t>', 'Анна_x'],
      ['<t>snake_case_</t>', 'snake_case_'],
      ['<t>a_x0041_b</t>', 'aAb'],
      ['<t>a\r\nb\rc\nd</t>', 'a\nb\nc\nd'],
      ['<t>a &lt; b</t>', 'a < b'],
      ['<t>_x00</t><t>41_</t>', 'A'],
      ['<t>Пё<!-- -->тр</t>', 'Пётр'],
      ['<t>Пё<![CDATA[тр &amp;]]></t>', 'Пётр &amp;'],
      ['<t><![CDATA[]]>Пётр</t>', 'Пётр'],
      ['<t></t>', ''],
      ['', ''],
      ['<t/><t>x</t>', 'x'],
      ['<t>конец</t>', 'конец'],
    ];
    const strings = stringsOf(items.map(([xml]) => `<si>${xml}</si>`).join(''));
    expect(await sharedTexts(strings, items.length)).toEqual(items.map(([, text]) => text));
  });

  it('knows the index of a string however it is written', async () => {
    const strings = stringsOf(Array.from({ length: 13 }, (_, at) => `<si><t>n${at}</t></si>`).join(''));
    const spellings = [
      '3',
      ' 3 ',
      '03',
      '3.0',
      '3e0',
      '&#51;',
      '<![CDATA[3]]>',
      '<!-- -->3',
      '0<!-- -->3',
      '0000000003',
    ];
    const cells = [...spellings, '1<!-- -->2', '1<![CDATA[2]]>'].map((value) => `<c t="s"><v>${value}</v></c>`);
    const [row] = await read(cellsOf(cells.join('')), [], strings, []);
    expect(row?.cells).toEqual([...spellings.map(() => 'n3'), 'n12', 'n12']);
    for (const value of ['-1', '1.5', '3x', '00<!-- -->x3', '9999999999999999999']) {
      await expect(read(cellsOf(`<c t="s"><v>${value}</v></c>`), [], strings, [])).rejects.toThrow('damaged');
    }
  });

  it('knows the number of a row however it is written', async () => {
    const rows = ['7', ' 8 ', '009', '10.0', '&#49;1', '1e1', 'x', ''].map((r) => `<row r="${r}"/>`).join('');
    const numbered = await read(
      Buffer.from(`<worksheet><sheetData>${rows}</sheetData></worksheet>`),
      [],
      stringsOf(''),
      [],
    );
    expect(numbered.map(({ number }) => number)).toEqual([7, 8, 9, 10, 11, 10, 11, 12]);
  });

  it('counts the characters of a token, not its bytes', () => {
    const letters = 'щ'.repeat(2 ** 20 - 16);
    expect(scanned(['<a r="', letters, '">', letters, '</a>'])).toEqual([`<a ${letters}`, letters, '/a']);
    expect(() => scanned(['<a>', letters, letters.slice(0, 32), '</a>'])).toThrow('too-large');
    expect(() => scanned(['<!-- ', letters, letters, '--><a/>'])).toThrow('too-large');
    expect(() => scanned(['<a>', letters, letters])).toThrow('too-large');
  });
});
