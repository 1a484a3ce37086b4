import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { countsOf, importThrough, keysIn, phone } from '../factories/imports.ts';
import { createUser } from '../factories/users.ts';
import * as hostile from '../lib/workbooks/hostile.ts';
import { mutantOf } from '../lib/workbooks/mutants.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { growthDuring } from '../support/memory.ts';
import { seen, type Visitor } from '../support/visitor.ts';

let house: TestHouse;
let staff: Visitor;
beforeAll(async () => {
  house = await openTestHouse();
  staff = await house.as(await createUser(house, { role: 'admin' }));
  await staff.upload('/admin/imports', {}, [{ field: 'file', name: 'a.xlsx', content: hostile.ole('Workbook') }]);
});
afterAll(() => house.close());

const send = (name: string, content: Buffer | string) =>
  staff.upload('/admin/imports', {}, [{ field: 'file', name, content }]);

const keptOf = async () =>
  (
    await house.database.sql.row<{ kept: string }>(
      q`SELECT (SELECT count(*) FROM imports) || ' imports, ' || (SELECT count(*) FROM stored_files) || ' files' AS kept`,
    )
  )?.kept;

describe('a hostile file that somebody uploads', () => {
  it.each<[string, string, () => Buffer | string, string]>([
    ['a gibibyte of blank cells', 'база.xlsx', () => hostile.blankSheet(1024), 'распаковывается в нечто огромное'],
    ['a gibibyte that lies', 'база.xlsx', () => hostile.blankSheet(1024, 60 * 2 ** 20), 'распаковывается в нечто'],
    ['60,000 entries', 'база.xlsx', hostile.manyEntries, 'слишком много частей'],
    ['overlapping entries', 'база.xlsx', hostile.overlappingEntries, 'больше, чем мы можем принять'],
    ['a billion laughs', 'база.xlsx', () => hostile.laughingPart('xl/sharedStrings.xml'), 'Файл повреждён'],
    ['long strings', 'база.xlsx', () => hostile.longStrings(2, 5000), 'больше, чем мы можем принять'],
    ['a password', 'база.xlsx', () => hostile.ole('EncryptedPackage'), 'Снимите пароль'],
    ['the format of 1997', 'база.xls', () => hostile.ole('Workbook'), 'сохраните как «Книга Excel (.xlsx)»'],
    ['another office', 'база.ods', hostile.openDocument, 'Сохраните её как .xlsx'],
    ['nothing but NULs', 'база.csv', () => Buffer.alloc(100_000), 'не таблица и не текст'],
    ['an open quote', 'база.csv', () => 'a;b\n"1;2\n3;4\n', 'В строке 2 открыта кавычка'],
  ])('with %s gets a sentence that says why, and leaves nothing behind', async (_, name, make, sentence) => {
    const content = make();
    const kept = await keptOf();
    let page = '';
    const growth = await growthDuring(async () => {
      page = seen(await send(name, content), 422).innerText;
    });
    expect(page).toContain(sentence);
    expect(await keptOf()).toBe(kept);
    // What the browser of this test takes to send the file is in it, too.
    expect(growth).toBeLessThan(48 * 2 ** 20 + content.length * 4);
  });

  it('is imported for what is in it when it only pretends to be something else', async () => {
    const disguised: [string, Buffer | string][] = [
      ['вотсап.xlsx', `Телефон\n${phone(11)}\n${phone(12)}\n`],
      ['вотсап.csv', hostile.wholeSheetOfEverything()],
      ['вотсап.txt', `Телефон\n${phone(13)}\u0000\u0000\n\u0000${phone(14)}\n`],
    ];
    for (const [name, content] of disguised) {
      const id = await importThrough(house, staff, name, content);
      expect(await countsOf(house, id), name).toMatchObject({ status: 'finished', created: 2, invalid: 0 });
    }
    expect((await keysIn(house, 'whatsapp')).toSorted()).toEqual([1, 2, 11, 12, 13, 14].map(phone));
  });

  it('damaged in any of a dozen ways becomes a draft or is refused, and the next page comes', async () => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const response = await send('база.xlsx', mutantOf(seed));
      expect([303, 422], `mutant ${seed}`).toContain(response.status);
      if (response.status === 303) await staff.see(response.headers.location ?? '');
      else expect(seen(response, 422).querySelector('[id$="file-error"], .field-error, [role=alert]')).not.toBeNull();
    }
    await staff.see('/admin/imports');
  });
});
