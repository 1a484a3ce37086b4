import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { countRows } from '../../src/lib/xlsx/reader/count-rows.ts';
import { openWorkbook } from '../../src/lib/xlsx/reader/workbook.ts';
import { inFolder, workbookOf, writeZip } from './xlsx-fixture.ts';

const FOREVER = Number.POSITIVE_INFINITY;
const counted = (text: string, encoding: BufferEncoding = 'utf8') =>
  countRows(cut(Buffer.from(text, encoding)), FOREVER);

async function* cut(bytes: Buffer, at = bytes.length): AsyncGenerator<Uint8Array> {
  yield bytes.subarray(0, at);
  yield bytes.subarray(at);
}

describe('counting the rows of a sheet by its bytes', () => {
  it('finds every spelling of a row and nothing else', async () => {
    const rows = '<row r="1"><c t="inlineStr"><is><t>row</t></is></c></row><row/><row\n/><row></row>';
    expect(await counted(`<worksheet><sheetData>${rows}</sheetData><rowBreaks count="1"/></worksheet>`)).toBe(4);
    expect(await counted('<x:worksheet><x:sheetData><x:row r="1"/><x:row/></x:sheetData></x:worksheet>')).toBe(2);
    expect(await counted('<worksheet><sheetData/></worksheet>')).toBe(0);
  });

  it('says that it cannot tell where bytes are no letters, where no data is in sight, and when time is up', async () => {
    const sheet = '<worksheet><sheetData><row/></sheetData></worksheet>';
    expect(await counted(sheet, 'utf16le')).toBeUndefined();
    expect(await counted('<worksheet/>')).toBeUndefined();
    expect(await countRows(cut(Buffer.from(sheet)), performance.now() - 1)).toBeUndefined();
  });

  it('does not mind where the bytes are cut', async () => {
    const head = Buffer.from('<worksheet><sheetData>');
    const sheet = Buffer.concat([head, Buffer.from('<row r="1"/><row r="2"><c/></row><row/></sheetData><rowBreaks/>')]);
    for (let at = head.length; at < sheet.length; at += 1) expect(await countRows(cut(sheet, at), FOREVER)).toBe(3);
    for (let size = 1; size < 12; size += 1) {
      const pieces = async function* () {
        yield head;
        for (let at = head.length; at < sheet.length; at += size) yield sheet.subarray(at, at + size);
      };
      expect(await countRows(pieces(), FOREVER)).toBe(3);
    }
  });

  it('goes on when reading the same sheet and its strings was broken off', async () => {
    const texts = Array.from({ length: 20_000 }, (_, at) => createHash('sha256').update(`${at}`).digest('base64'));
    const strings = texts.map((text) => `<si><t>${text}</t></si>`).join('');
    const rows = texts.map((text, at) => `<row><c t="s"><v>${at}</v></c><c t="str"><v>${text}</v></c></row>`).join('');
    await inFolder(async (folder) => {
      const path = join(folder, 'book.xlsx');
      const parts = workbookOf(`<worksheet><sheetData>${rows}</sheetData></worksheet>`);
      await writeZip(path, { ...parts, 'xl/sharedStrings.xml': `<sst>${strings}</sst>` });
      for (let times = 0; times < 5; times += 1) {
        const book = await openWorkbook(path);
        for await (const _ of book.rows(0)) break;
        expect(await book.count(0, FOREVER)).toBe(20_000);
        await book.close();
      }
    });
  });
});
