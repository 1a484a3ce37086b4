import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { zipChunks } from '../../../src/lib/xlsx/writer/zip.ts';
import { HEADERS, linesOf } from './rows.ts';

const PIECE = 64 * 1024;
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n';

/** The list as a workbook, as Excel itself writes one: the sheet points into a table of every text that occurs, in order of first use. */
export async function writeXlsx(path: string, rows: number): Promise<void> {
  const strings = new Map<string, number>();
  const parts = [
    { name: '[Content_Types].xml', content: [Buffer.from(contentTypes)] },
    { name: '_rels/.rels', content: [Buffer.from(relations([['officeDocument', 'xl/workbook.xml']]))] },
    { name: 'xl/workbook.xml', content: [Buffer.from(workbook)] },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content: [
        Buffer.from(
          relations([
            ['worksheet', 'worksheets/sheet1.xml'],
            ['sharedStrings', 'sharedStrings.xml'],
          ]),
        ),
      ],
    },
    { name: 'xl/worksheets/sheet1.xml', content: pieces(sheet(rows, strings)) },
    { name: 'xl/sharedStrings.xml', content: pieces(sharedStrings(strings)) },
  ];
  await pipeline(Readable.from(zipChunks(parts)), createWriteStream(path));
}

/** The same list as Excel saves it for the Russian reader: semicolons, a byte order mark, quotes where they must be. */
export function writeCsv(path: string, rows: number): Promise<void> {
  return pipeline(Readable.from(pieces(csv(rows))), createWriteStream(path));
}

/** The contacts that the list must become, ready for COPY into `contacts (base_type_id, key, value, extra, import_id)`. */
export function writeCopy(path: string, rows: number, ids: { base: number; import: number }): Promise<void> {
  return pipeline(Readable.from(pieces(copy(rows, ids))), createWriteStream(path));
}

function* sheet(rows: number, strings: Map<string, number>): Generator<string> {
  const cell = (column: number, row: number, text: string): string => {
    if (text === '') return '';
    let index = strings.get(text);
    if (index === undefined) {
      index = strings.size;
      strings.set(text, index);
    }
    return `<c r="${'ABCD'[column]}${row}" t="s"><v>${index}</v></c>`;
  };
  const row = (number: number, cells: readonly string[]): string =>
    `<row r="${number}" spans="1:4" x14ac:dyDescent="0.25">${cells.map((text, column) => cell(column, number, text)).join('')}</row>`;
  yield `${DECLARATION}<worksheet xmlns="${MAIN}" xmlns:r="${OFFICE}" xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"><dimension ref="A1:D${rows + 1}"/><sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews><sheetFormatPr defaultRowHeight="15" x14ac:dyDescent="0.25"/><sheetData>`;
  yield row(1, HEADERS);
  let number = 1;
  for (const { cells } of linesOf(rows)) {
    number += 1;
    yield row(number, cells);
  }
  yield '</sheetData><pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/></worksheet>';
}

function* sharedStrings(strings: Map<string, number>): Generator<string> {
  yield `${DECLARATION}<sst xmlns="${MAIN}" count="${strings.size}" uniqueCount="${strings.size}">`;
  for (const text of strings.keys()) yield `<si><t>${text.replaceAll('&', '&amp;')}</t></si>`;
  yield '</sst>';
}

function* csv(rows: number): Generator<string> {
  yield `\uFEFF${HEADERS.join(';')}\r\n`;
  for (const { cells } of linesOf(rows)) yield `${cells.join(';')}\r\n`;
}

function* copy(rows: number, ids: { base: number; import: number }): Generator<string> {
  for (const { cells, key } of linesOf(rows)) {
    if (key === null) continue;
    const [value, ...others] = cells;
    const extra = others.flatMap((text, at) => (text === '' ? [] : [[HEADERS[at + 1], text]]));
    yield `${ids.base}\t${key}\t${value}\t${JSON.stringify(extra)}\t${ids.import}\n`;
  }
}

function* pieces(texts: Iterable<string>): Generator<Buffer> {
  let gathered = '';
  for (const text of texts) {
    gathered += text;
    if (gathered.length < PIECE) continue;
    yield Buffer.from(gathered);
    gathered = '';
  }
  yield Buffer.from(gathered);
}

const relations = (links: [type: string, target: string][]): string =>
  `${DECLARATION}<Relationships xmlns="${PACKAGE}/relationships">${links
    .map(([type, target], at) => `<Relationship Id="rId${at + 1}" Type="${OFFICE}/${type}" Target="${target}"/>`)
    .join('')}</Relationships>`;

const workbook = `${DECLARATION}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><bookViews><workbookView xWindow="0" yWindow="0" windowWidth="22260" windowHeight="12645"/></bookViews><sheets><sheet name="WhatsApp" sheetId="1" r:id="rId1"/></sheets></workbook>`;

const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const contentTypes = `${DECLARATION}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPE}.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="${TYPE}.sharedStrings+xml"/></Types>`;
