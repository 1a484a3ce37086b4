import { constants, crc32, deflateRawSync } from 'node:zlib';
import { relations, workbookOf } from '../xlsx-fixture.ts';
import type { ZipHabits } from './habits.ts';
import { type Part, zipOf } from './zip-bytes.ts';

export const PLAIN_ZIP: ZipHabits = {
  method: 'deflated',
  descriptors: false,
  comment: false,
  extra: false,
  folders: false,
  shuffled: false,
};

const SHEET = 'xl/worksheets/sheet1.xml';

export function sheetOf(rows: string): string {
  return `<worksheet><sheetData>${rows}</sheetData></worksheet>`;
}

export function partsOf(sheet: string, others: Record<string, string> = {}): Part[] {
  return Object.entries(workbookOf(sheet, others)).map(([name, text]): Part => [name, Buffer.from(text)]);
}

export function zipped(sheet: string, others: Record<string, string> = {}): Buffer {
  return zipOf(partsOf(sheet, others), PLAIN_ZIP);
}

/**
 * A workbook whose sheet is `times` mebibytes of styled blank cells. The mebibyte is packed once and repeated, as deflate allows, so
 * that a gibibyte costs nothing to make. `told` is the unpacked size that the directory gives.
 */
export function blankSheet(times: number, told?: number): Buffer {
  const row = '<row><c s="1"/><c s="1"/><c s="1"/><c s="1"/><c s="1"/><c s="1"/><c s="1"/><c s="1"/></row>';
  const mebibyte = Buffer.from(row.repeat(Math.floor(2 ** 20 / row.length)).padEnd(2 ** 20));
  const [head, tail] = ['<worksheet><sheetData>', '</sheetData></worksheet>'].map((text) => Buffer.from(text));
  const open = (bytes: Buffer) => deflateRawSync(bytes, { finishFlush: constants.Z_FULL_FLUSH });
  const middle = open(mebibyte);
  const data = [
    open(head ?? mebibyte),
    ...Array.from({ length: times }, () => middle),
    deflateRawSync(tail ?? mebibyte),
  ];
  const bytes = zipOf([...partsOf(''), ['', Buffer.alloc(0)]], PLAIN_ZIP);
  return withSheet(bytes, Buffer.concat(data), told ?? times * 2 ** 20 + 46, checksumOf([head, mebibyte, tail], times));
}

function checksumOf([head, middle, tail]: (Buffer | undefined)[], times: number): number {
  let sum = crc32(head ?? '');
  for (let count = 0; count < times; count += 1) sum = crc32(middle ?? '', sum);
  return crc32(tail ?? '', sum);
}

/** Puts ready packed data in place of the sheet's, at the end of the zip's contents. */
function withSheet(bytes: Buffer, data: Buffer, size: number, checksum: number): Buffer {
  const start = bytes.indexOf('PK\u0001\u0002');
  const directory = Buffer.from(bytes.subarray(start));
  const entry = directory.indexOf(SHEET) - 46;
  const local = Buffer.concat([
    Buffer.from('PK\u0003\u0004'),
    directory.subarray(entry + 6, entry + 32),
    Buffer.from(SHEET),
  ]);
  for (const [header, at] of [
    [directory, entry + 16],
    [local, 14],
  ] as const) {
    header.writeUInt32LE(checksum, at);
    header.writeUInt32LE(data.length, at + 4);
    header.writeUInt32LE(size, at + 8);
  }
  directory.writeUInt32LE(start, entry + 42);
  directory.writeUInt32LE(start + local.length + data.length, directory.length - 6);
  return Buffer.concat([bytes.subarray(0, start), local, data, directory]);
}

/** Every tab shows the same part: little to unpack, if it were unpacked once. */
export function thousandTabs(): Buffer {
  const tabs = Array.from({ length: 1000 }, (_, at) => `<sheet name="Лист ${at}" sheetId="${at + 1}" r:id="rId1"/>`);
  return zipped(sheetOf('<row><c><v>1</v></c></row>'), {
    'xl/workbook.xml': `<workbook><sheets>${tabs.join('')}</sheets></workbook>`,
  });
}

/** Hundreds of entries that lie over one another: each says that it unpacks to the same 32 MiB. */
export function overlappingEntries(): Buffer {
  const bytes = zipOf(
    [...partsOf(''), ...Array.from({ length: 300 }, (_, at): Part => [`xl/media/${at}`, Buffer.alloc(1)])],
    PLAIN_ZIP,
  );
  for (let at = bytes.indexOf('PK\u0001\u0002'); at !== -1; at = bytes.indexOf('PK\u0001\u0002', at + 1))
    bytes.writeUInt32LE(2 ** 25, at + 24);
  return bytes;
}

const LAUGHS =
  '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]>';

/** A billion laughs in this part. */
export function laughingPart(name: string): Buffer {
  const strings = '<sst><si><t>&c;</t></si></sst>';
  const whole = partsOf(sheetOf('<row><c t="s"><v>0</v></c></row>'), {
    'xl/sharedStrings.xml': strings,
    'xl/styles.xml': '<styleSheet><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>',
  });
  return zipOf(
    whole.map((part): Part => (part[0] === name ? [name, Buffer.concat([Buffer.from(LAUGHS), part[1]])] : part)),
    PLAIN_ZIP,
  );
}

/** Strings of a mebibyte each, named by so many cells, with blank ones between them. */
export function longStrings(strings: number, cells: number, blanks = 0): Buffer {
  const items = Array.from(
    { length: strings },
    (_, at) => `<si><t>${String.fromCharCode(1072 + (at % 32)).repeat(2 ** 20 - 16)}</t></si>`,
  );
  const rows = Array.from(
    { length: cells },
    (_, at) => `<row><c t="s"><v>${at % strings}</v></c>${'<c s="1"/>'.repeat(blanks)}</row>`,
  );
  return zipped(sheetOf(rows.join('')), { 'xl/sharedStrings.xml': `<sst>${items.join('')}</sst>` });
}

/** As many rows as there may be characters in a batch, each of a mebibyte, in the sheet itself. */
export function longRows(rows: number): Buffer {
  const row = `<row><c t="inlineStr"><is><t>${'щ'.repeat(2 ** 20 - 16)}</t></is></c></row>`;
  return zipped(sheetOf(row.repeat(rows)));
}

export function wholeSheetOfEverything(): Buffer {
  const sheet = sheetOf(
    '<row r="1"><c r="A1"><v>79000000001</v></c><c r="ZZZZZZ1"/></row><row r="2000000000"><c r="A2000000000"><v>79000000002</v></c></row>',
  )
    .replace(
      '<sheetData>',
      '<dimension ref="A1:XFD1048576"/><cols><col min="1" max="2000000000" width="9"/></cols><sheetData>',
    )
    .replace(
      '</worksheet>',
      `<mergeCells>${'<mergeCell ref="A1:XFD1048576"/>'.repeat(5000)}</mergeCells><dataValidations><dataValidation sqref="A1:XFD1048576"/></dataValidations></worksheet>`,
    );
  return zipped(sheet);
}

export function manyEntries(): Buffer {
  const nothing = Buffer.alloc(0);
  const files = Array.from({ length: 60_000 }, (_, at): Part => [`xl/junk/${at}`, nothing]);
  return zipOf([...partsOf(''), ...files], { ...PLAIN_ZIP, method: 'stored' });
}

/** A number format that a careless search of brackets would study for hours. */
export function bracketedStyle(): Buffer {
  const style = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="${'['.repeat(2 ** 20 - 100)}"/></numFmts><cellXfs><xf numFmtId="164"/></cellXfs></styleSheet>`;
  return zipped(sheetOf('<row><c s="0"><v>5</v></c></row>'), { 'xl/styles.xml': style });
}

export function openDocument(): Buffer {
  return zipOf(
    [
      ['mimetype', Buffer.from('application/vnd.oasis.opendocument.spreadsheet')],
      ['content.xml', Buffer.from('<office/>')],
      ['_rels/.rels', Buffer.from(relations(['officeDocument', 'content.xml']))],
    ],
    { ...PLAIN_ZIP, method: 'stored' },
  );
}

export function ole(stream: string): Buffer {
  return Buffer.concat([
    Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    Buffer.alloc(1016),
    Buffer.from(stream, 'utf16le'),
    Buffer.alloc(472),
  ]);
}
