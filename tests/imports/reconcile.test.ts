import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ctx } from '../../src/ctx.ts';
import { normaliseKey } from '../../src/lib/keys/index.ts';
import { q } from '../../src/lib/sql.ts';
import { importFile } from '../../src/modules/imports/index.ts';
import { baseId, countsOf, phone, verdictsOf } from '../factories/imports.ts';
import { createUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';

let house: TestHouse;
let ctx: Ctx;
let folder: string;
beforeAll(async () => {
  house = await openTestHouse();
  ctx = await house.ctxOf(await createUser(house, { role: 'admin' }));
  folder = await mkdtemp(join(tmpdir(), 'imports-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await house.close();
});

// Few people in many spellings, so that rows meet each other, the bases and the suppression list.
const number = fc.integer({ min: 0, max: 30 });
const spelled = fc.tuple(number, fc.integer({ min: 0, max: 3 })).map(([n, spelling]) => {
  const local = phone(n).slice(2);
  return [phone(n), `8${local}`, `8 (${local.slice(0, 3)}) ${local.slice(3)}`, `7${local}.0`][spelling] ?? '';
});
const cell = fc.oneof(
  { weight: 6, arbitrary: spelled },
  { weight: 1, arbitrary: fc.constantFrom('', ' ', 'мусор', '12345', 'Телефон', '-', `${phone(1)}, ${phone(2)}`) },
);
const line = fc.tuple(cell, fc.constantFrom('', 'Иван', 'a"b', 'x\\y')).map(([value, name]) => `${value}\t${name}`);

describe('the sums of an import', () => {
  it('are those of a row-by-row count, whatever the file and whatever the bases hold', async () => {
    const viber = await baseId(house, 'viber');
    const files = fc.record({
      lines: fc.array(line, { minLength: 1, maxLength: 60 }),
      held: fc.uniqueArray(number, { maxLength: 8 }),
      suppressed: fc.uniqueArray(number, { maxLength: 4 }),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(files, async ({ lines, held, suppressed }) => {
        run += 1;
        await house.database.sql.run(q`TRUNCATE contacts CASCADE`);
        await house.database.sql.run(q`TRUNCATE suppressions`);
        await house.database.sql.run(q`
          INSERT INTO contacts (base_type_id, key, value) SELECT ${viber}, k, k FROM unnest(${held.map(phone)}::text[]) k`);
        await house.database.sql.run(q`
          INSERT INTO suppressions (key, value, reason) SELECT k, k, 'asked' FROM unnest(${suppressed.map(phone)}::text[]) k`);
        const path = join(folder, `${run}.txt`);
        await writeFile(path, `Телефон\tИмя\n${lines.join('\n')}\n`);
        const plan = [{ index: 0, base: viber, column: 0, firstRow: 2, usedMarks: false }];
        const id = await importFile(ctx, { path, originalName: 'viber.txt', plan });

        const expected = count(lines, held.map(phone), suppressed.map(phone));
        expect(await countsOf(house, id)).toEqual({ status: 'finished', ...expected });
        expect(await verdictsOf(house, id)).toHaveLength(lines.length + 1);
        const { rowsRead, created, ...rest } = expected;
        expect(Object.values(rest).reduce((sum, rows) => sum + rows, created)).toBe(rowsRead);
        const made = await house.database.sql.row<{ count: number }>(
          q`SELECT count(*)::int AS count FROM contacts WHERE import_id = ${id}`,
        );
        expect(made?.count).toBe(created);
      }),
      { numRuns: 12 },
    );
  }, 240_000);
});

function count(lines: string[], held: string[], suppressed: string[]) {
  const sums = {
    rowsRead: 0,
    created: 0,
    duplicateInFile: 0,
    alreadyInBase: 0,
    issuedBefore: 0,
    suppressed: 0,
    invalid: 0,
    empty: 0,
  };
  const seen = new Set<string>();
  for (const text of lines) {
    sums.rowsRead += 1;
    const verdict = normaliseKey(text.split('\t')[0] ?? '', 'phone');
    if (!verdict.ok) sums[verdict.reason === 'empty' ? 'empty' : 'invalid'] += 1;
    else if (seen.has(verdict.key)) sums.duplicateInFile += 1;
    else if (suppressed.includes(verdict.key)) sums.suppressed += 1;
    else if (held.includes(verdict.key)) sums.alreadyInBase += 1;
    else sums.created += 1;
    if (verdict.ok) seen.add(verdict.key);
  }
  return sums;
}
