import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SharedStrings } from '../../src/lib/xlsx/reader/shared-strings.ts';
import { SheetRows } from '../../src/lib/xlsx/reader/sheet-rows.ts';
import type { Row } from '../../src/lib/xlsx/row.ts';
import { decodeXml } from '../../src/lib/xlsx/xml/decode.ts';
import { XmlScanner } from '../../src/lib/xlsx/xml/scanner.ts';

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
  for await (const text of decodeXml(chunksOf(sheet, sheetCuts))) scanner.write(text);
  scanner.end();
  await rows.settle();
  return rows.take();
}

function scanned(pieces: string[]): string[] {
  const events: string[] = [];
  const scanner = new XmlScanner({
    open: (name, tag) => events.push(`<${name} ${tag.attribute('r') ?? ''}`),
    close: (name) => events.push(`/${name}`),
    text: (source, start, end) => events.push(source.slice(start, end)),
  });
  for (const piece of pieces) scanner.write(piece);
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
    const whole = scanned([SHEET]);
    fc.assert(
      fc.property(fc.array(fc.nat(SHEET.length), { maxLength: 40 }), (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), SHEET.length];
        expect(scanned(edges.slice(1).map((edge, at) => SHEET.slice(edges[at], edge)))).toEqual(whole);
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
