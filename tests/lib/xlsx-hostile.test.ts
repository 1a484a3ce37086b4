import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { WorkbookFaultCode } from '../../src/lib/xlsx/fault.ts';
import { inFolder, readAll, relations, rowsOf, workbookOf, writeZip } from './xlsx-fixture.ts';

const SHEET = '<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>';

async function faultOf(bytes: Buffer | string): Promise<WorkbookFaultCode> {
  return inFolder(async (folder) => {
    const path = join(folder, 'book.xlsx');
    await writeFile(path, bytes);
    return codeOf(() => readAll(path));
  });
}

async function codeOf(act: () => Promise<unknown>): Promise<WorkbookFaultCode> {
  const fault = await act().then(
    () => undefined,
    (error) => error,
  );
  expect(fault).toMatchObject({ name: 'WorkbookFault' });
  return fault.code;
}

async function zipBytes(parts: Record<string, string | Iterable<Buffer>>): Promise<Buffer> {
  return inFolder(async (folder) => {
    await writeZip(join(folder, 'a.zip'), parts);
    return readFile(join(folder, 'a.zip'));
  });
}

function* blanks(mebibytes: number): Generator<Buffer> {
  for (let count = 0; count < mebibytes; count += 1) yield Buffer.alloc(2 ** 20, ' ');
}

describe('a file that is no good workbook', () => {
  it('is named for what it is: text, picture, empty, another zip, another office', async () => {
    expect(await faultOf('Телефон;Имя\n79000000001;Иван\n')).toBe('not-a-workbook');
    expect(await faultOf('')).toBe('not-a-workbook');
    expect(await faultOf(await zipBytes({ 'notes.txt': 'hello' }))).toBe('not-a-workbook');
    expect(
      await faultOf(
        await zipBytes({
          '_rels/.rels': relations(['officeDocument', 'word/document.xml']),
          'word/document.xml': '<w:document/>',
        }),
      ),
    ).toBe('not-a-workbook');
    expect(
      await faultOf(
        await zipBytes({ '_rels/.rels': relations(['officeDocument', 'xl/workbook.bin']), 'xl/workbook.bin': 'x' }),
      ),
    ).toBe('xlsb');
    expect(
      await faultOf(
        await zipBytes({ mimetype: 'application/vnd.oasis.opendocument.spreadsheet', 'content.xml': '<a/>' }),
      ),
    ).toBe('ods');
  });

  it('is an old .xls, or a workbook behind a password, when it is an OLE file', async () => {
    const ole = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(2 ** 20 + 3)]);
    expect(await faultOf(ole)).toBe('old-xls');
    // Across the edge of the window that the search reads by.
    expect(
      await faultOf(
        Buffer.concat([ole.subarray(0, 2 ** 20 - 7), Buffer.from('EncryptedPackage', 'utf16le'), Buffer.alloc(100)]),
      ),
    ).toBe('encrypted');
  });

  it('is encrypted when an entry of the zip is', async () => {
    const bytes = await zipBytes(workbookOf(SHEET));
    const central = bytes.indexOf(Buffer.from('504b0102', 'hex'));
    bytes.writeUInt16LE(bytes.readUInt16LE(central + 8) | 1, central + 8);
    expect(await faultOf(bytes)).toBe('encrypted');
  });

  it('is damaged wherever it was cut off', async () => {
    const bytes = await zipBytes(workbookOf(SHEET));
    for (let length = 4; length < bytes.length; length += 7)
      expect(await faultOf(bytes.subarray(0, length))).toBe('damaged');
  });

  it('never gives wrong values when a byte of the sheet is changed', async () => {
    const bytes = await zipBytes(workbookOf(SHEET));
    const name = 'xl/worksheets/sheet1.xml';
    const start = bytes.indexOf(name) + name.length;
    for (let at = start; at < start + 20; at += 1) {
      const broken = Buffer.from(bytes);
      broken.writeUInt8((broken[at] ?? 0) ^ 0x10, at);
      expect(await faultOf(broken)).toBe('damaged');
    }
  });

  it('is damaged when its XML breaks off, a string is missing or a sheet points nowhere', async () => {
    expect(await codeOf(() => rowsOf(workbookOf(SHEET.slice(0, -12))))).toBe('damaged');
    const dangling = SHEET.replace('<c>', '<c t="s">');
    expect(await codeOf(() => rowsOf(workbookOf(dangling)))).toBe('damaged');
    expect(await codeOf(() => rowsOf(workbookOf(dangling, { 'xl/sharedStrings.xml': '<sst><si/></sst>' })))).toBe(
      'damaged',
    );
    expect(
      await codeOf(() =>
        rowsOf(
          workbookOf(SHEET, { 'xl/_rels/workbook.xml.rels': relations(['styles', 's.xml']).replace('rId1', 'x') }),
        ),
      ),
    ).toBe('damaged');
  });

  it('has no sheets', async () => {
    const workbook = '<workbook><sheets></sheets></workbook>';
    expect(await codeOf(() => rowsOf(workbookOf(SHEET, { 'xl/workbook.xml': workbook })))).toBe('no-sheets');
  });
});

describe('a hostile workbook', () => {
  it('of 60,000 entries is refused', async () => {
    const junk = Object.fromEntries(Array.from({ length: 2_001 }, (_, at) => [`j${at}`, '']));
    const bytes = await zipBytes(junk);
    expect(await faultOf(bytes)).toBe('too-many-entries');
    bytes.writeUInt16LE(60_000, bytes.length - 14);
    bytes.writeUInt16LE(60_000, bytes.length - 12);
    expect(await faultOf(bytes)).toBe('too-many-entries');
  });

  it('that unpacks to far more than it weighs is refused before a byte of it is unpacked', async () => {
    const bomb = { ...workbookOf(SHEET), 'xl/worksheets/sheet1.xml': blanks(65) };
    expect(await codeOf(() => rowsOf(bomb))).toBe('bomb');
    const heavy = { ...workbookOf(SHEET), 'xl/media/film.bin': blanks(2) };
    expect(await codeOf(() => rowsOf(heavy, { unpackedBytes: 2 ** 20 }))).toBe('too-large');
  });

  it('that lies about its unpacked size is cut off at that size', async () => {
    const bytes = await zipBytes({
      ...workbookOf(SHEET),
      'xl/worksheets/sheet1.xml': [Buffer.from(SHEET), ...blanks(4)],
    });
    const central = bytes.lastIndexOf('xl/worksheets/sheet1.xml') - 46;
    bytes.writeUInt32LE(1000, central + 24);
    expect(await faultOf(bytes)).toBe('bomb');
  });

  it('with a billion laughs is refused without a laugh', async () => {
    const laughs = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>';
    const sheet = SHEET.replace('<v>1</v>', '<v>&b;</v>');
    expect(await codeOf(() => rowsOf(workbookOf(laughs + sheet)))).toBe('damaged');
    expect(await rowsOf(workbookOf(sheet.replace('<c>', '<c t="str">')))).toEqual([{ number: 1, cells: ['&b;'] }]);
  });

  it('with more shared strings than memory is meant for is refused', async () => {
    const strings = `<sst>${'<si><t>ab</t></si>'.repeat(5000)}</sst>`;
    const sheet = SHEET.replace('<c><v>1</v>', '<c t="s"><v>4999</v>');
    const parts = workbookOf(sheet, { 'xl/sharedStrings.xml': strings });
    expect(await codeOf(() => rowsOf(parts, { sharedStringBytes: 2 ** 22 }))).toBe('too-large');
    expect(await rowsOf(parts)).toEqual([{ number: 1, cells: ['ab'] }]);
  });

  it('with merges, validations and columns over the whole sheet is read like any other', async () => {
    const all = SHEET.replace('<sheetData>', '<cols><col min="1" max="2000000000"/></cols><sheetData>').replace(
      '</worksheet>',
      '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells><dataValidations><dataValidation sqref="A1:XFD1048576"/></dataValidations></worksheet>',
    );
    expect(await rowsOf(workbookOf(all))).toEqual([{ number: 1, cells: ['1'] }]);
  });
});
