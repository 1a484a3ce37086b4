import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTable } from '../../src/lib/spreadsheet.ts';
import * as hostile from './workbooks/hostile.ts';
import { type Outcome, readFileApart } from './workbooks/reading-process.ts';
import { inFolder } from './xlsx-fixture.ts';

async function readApart(bytes: Buffer | string): Promise<Outcome> {
  return inFolder(async (folder) => {
    const path = join(folder, 'upload');
    await writeFile(path, bytes);
    return readFileApart(path);
  });
}

const LIGHT_BYTES = 200 * 2 ** 20;
const PATIENCE = { timeout: 60_000 };
const PHONES = Array.from({ length: 50 }, (_, at) => `790000000${at + 10}`);

describe('a hostile file, read in a process of 256 MB,', () => {
  it.each<[string, () => Buffer | string, string]>([
    ['a gibibyte of blank cells', () => hostile.blankSheet(1024), 'bomb'],
    ['a gibibyte that says it is a mebibyte', () => hostile.blankSheet(1024, 2 ** 20), 'bomb'],
    ['a gibibyte that says it is just small enough', () => hostile.blankSheet(1024, 60 * 2 ** 20), 'bomb'],
    ['a thousand tabs on one part', hostile.thousandTabs, 'damaged'],
    ['entries that lie over one another', hostile.overlappingEntries, 'too-large'],
    ['60,000 entries', hostile.manyEntries, 'too-many-entries'],
    ['laughs in the list of sheets', () => hostile.laughingPart('xl/workbook.xml'), 'damaged'],
    ['laughs in the relationships', () => hostile.laughingPart('xl/_rels/workbook.xml.rels'), 'damaged'],
    ['laughs in the strings', () => hostile.laughingPart('xl/sharedStrings.xml'), 'damaged'],
    ['laughs in the styles', () => hostile.laughingPart('xl/styles.xml'), 'damaged'],
    ['laughs in the sheet', () => hostile.laughingPart('xl/worksheets/sheet1.xml'), 'damaged'],
    ['two strings of a mebibyte in thousands of cells', () => hostile.longStrings(2, 5000), 'too-large'],
    ['a password', () => hostile.ole('EncryptedPackage'), 'encrypted'],
    ['the format of 1997', () => hostile.ole('Workbook'), 'old-xls'],
    ['another office', hostile.openDocument, 'ods'],
    ['a file of NULs', () => Buffer.alloc(100_000), 'not-text'],
    ['a quote that never closes', () => `a;b\n"${'1;2\n'.repeat(100)}`, 'unclosed-quote'],
    ['a quote that never closes in a big file', () => `a;b\n"${'1;2\n'.repeat(500_000)}`, 'line-too-long'],
    ['a line without an end', () => '1'.repeat(2 ** 21), 'line-too-long'],
  ])('%s, is refused by name', PATIENCE, async (_, make, code) => {
    const { outcome, rss } = await readApart(make());
    expect(outcome).toBe(code);
    expect(rss).toBeLessThan(LIGHT_BYTES);
  });

  it.each<[string, () => Buffer | string, number]>([
    ['merges, columns and rows over the whole sheet and beyond', hostile.wholeSheetOfEverything, 2],
    ['64 MiB of blank cells', () => hostile.blankSheet(60), 60 * 11_522],
    ['a number format of a million brackets', hostile.bracketedStyle, 1],
    ['a CSV under the name of a workbook', () => `Телефон;Имя\n${PHONES.join(';Анна\n')};Анна\n`, 51],
    ['a CSV with NULs', () => PHONES.map((phone) => `${phone};Анна\u0000\u0000\u0000\n`).join(''), 50],
    ['a line of quotes as long as a line may be', () => `"${'""'.repeat(2 ** 18)}"\n`, 1],
  ])('%s, is read', PATIENCE, async (_, make, count) => {
    const { outcome, rows, rss } = await readApart(make());
    expect([outcome, rows]).toEqual(['read', count]);
    expect(rss).toBeLessThan(LIGHT_BYTES);
  });

  it.each<[string, Buffer | string]>([
    ['cells', hostile.longRows(12)],
    ['shared strings', hostile.longStrings(12, 12, 3000)],
    ['lines', `${'ю'.repeat(2 ** 20 - 16)}\n`.repeat(12)],
  ])('with %s of a mebibyte hands out a few rows at a time', PATIENCE, async (_, bytes) => {
    await inFolder(async (folder) => {
      const path = join(folder, 'upload');
      await writeFile(path, bytes);
      const table = await openTable(path, 'a.xlsx');
      const batches: number[] = [];
      for await (const rows of table.rows(0)) batches.push(rows.length);
      await table.close();
      expect(batches.reduce((sum, length) => sum + length)).toBe(12);
      expect(Math.max(...batches)).toBeLessThan(6);
    });
  });
});
