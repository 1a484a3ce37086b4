import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTable, type Row, TABLE_FAULT_CODES, type Table } from '../../src/lib/spreadsheet.ts';
import { expectedRow, filled, trimmed } from './workbooks/expected.ts';
import { generateWorkbook, workbookBytes } from './workbooks/generated.ts';
import { readMutants } from './workbooks/reading-process.ts';
import { generateText } from './workbooks/text-tables.ts';
import { collect, inFolder } from './xlsx-fixture.ts';

const WORKBOOKS = 320;
const TEXTS = 250;
const MUTANTS = 2_100;
const PATIENCE = { timeout: 120_000 };

async function opened<T>(bytes: Buffer, told: string, use: (table: Table) => Promise<T>): Promise<T> {
  return inFolder(async (folder) => {
    const path = join(folder, 'upload');
    await writeFile(path, bytes);
    const table = await openTable(path, 'база.csv').catch((cause) => {
      throw new Error(told, { cause });
    });
    try {
      return await use(table);
    } finally {
      await table.close();
    }
  });
}

const byNumber = (one: Row, other: Row) => one.number - other.number;

describe('any workbook', () => {
  it(`of ${WORKBOOKS} by different writers is read sheet by sheet, row by row, cell by cell`, PATIENCE, async () => {
    for (let seed = 1; seed <= WORKBOOKS; seed += 1) {
      const generated = generateWorkbook(seed);
      const { model, habits } = generated;
      const told = `workbook ${seed}: ${JSON.stringify(habits)}`;
      await opened(workbookBytes(generated), told, async (table) => {
        expect(table.sheets, told).toEqual(
          model.sheets.map(({ name, state }, index) => {
            return { name, hidden: state !== 'visible', active: index === model.active, index };
          }),
        );
        for (const [index, sheet] of model.sheets.entries()) {
          const rows = filled(await collect(table.rows(index)));
          const ordered = habits.rowsOutOfOrder ? rows.toSorted(byNumber) : rows;
          expect(ordered, told).toEqual(filled(sheet.rows.map(expectedRow)));
        }
      });
    }
  });

  it(`written as text, ${TEXTS} by different writers, is read record by record`, PATIENCE, async () => {
    for (let seed = 1; seed <= TEXTS; seed += 1) {
      const { habits, records, bytes } = generateText(seed);
      const told = `text ${seed}: ${JSON.stringify(habits)}`;
      const first = habits.declared ? 2 : 1;
      await opened(bytes, told, async (table) => {
        const rows = await collect(table.rows(0));
        expect(rows, told).toEqual(records.map((cells, at) => ({ number: first + at, cells: trimmed(cells) })));
      });
    }
  });
});

describe('a damaged file', () => {
  it(`of ${MUTANTS} either reads or has a fault with a name, soon and within its memory`, PATIENCE, async () => {
    const outcomes = await inFolder((folder) => readMutants(join(folder, 'mutant'), 1, MUTANTS));
    const allowed = new Set<string>(['read', ...TABLE_FAULT_CODES]);
    expect(outcomes.filter(({ outcome }) => !allowed.has(outcome))).toEqual([]);
    expect(outcomes).toHaveLength(MUTANTS);
    // Both ends of the scale are really there.
    expect(outcomes.filter(({ outcome }) => outcome === 'read').length).toBeGreaterThan(MUTANTS / 10);
    expect(new Set(outcomes.map(({ outcome }) => outcome)).size).toBeGreaterThan(6);
    const warm = outcomes[MUTANTS / 10]?.rss ?? 0;
    expect(Math.max(...outcomes.map(({ rss }) => rss)) - warm).toBeLessThan(128 * 2 ** 20);
  });
});
