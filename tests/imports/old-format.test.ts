import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  baseId,
  countsOf,
  importThrough,
  keysIn,
  oldSheet,
  phone,
  start,
  upload,
  workbook,
} from '../factories/imports.ts';
import { createUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import type { Visitor } from '../support/visitor.ts';

let house: TestHouse;
let staff: Visitor;
beforeAll(async () => {
  house = await openTestHouse();
  staff = await house.as(await createUser(house, { role: 'admin' }));
});
afterAll(() => house.close());

describe('a workbook in the old format', () => {
  it('goes into bases by the titles of its sheets, values in A from row 2, marked rows left out', async () => {
    const book = await workbook([
      oldSheet('Тг', ['@ivan_one', 'https://t.me/Olga_two?start=1', ['@used_nick', 777, 'agent', '01.02.2026']]),
      oldSheet(' вотсап ', [phone(1), [phone(2), 5], phone(3), null, 'нет номера']),
      oldSheet('Вайбер', [phone(1), phone(4)]),
      oldSheet('ИНСТ', ['instagram.com/some.body']),
      oldSheet('ВК', ['vk.com/id12345']),
      oldSheet('Ок', ['ok.ru/profile/572332112233']),
      oldSheet('Почты', ['Some.One@Example.com']),
      oldSheet('Макс', [79000000009, '=+79000000010']),
    ]);
    const id = await importThrough(house, staff, 'базы.xlsx', book);
    expect(await countsOf(house, id)).toEqual({
      status: 'finished',
      rowsRead: 16,
      created: 11,
      duplicateInFile: 1,
      alreadyInBase: 0,
      issuedBefore: 2,
      suppressed: 0,
      invalid: 1,
      empty: 1,
    });
    expect(await keysIn(house, 'telegram')).toEqual(['telegram:ivan_one', 'telegram:olga_two']);
    expect(await keysIn(house, 'whatsapp')).toEqual([phone(1), phone(3)]);
    expect(await keysIn(house, 'viber')).toEqual([phone(4)]);
    expect(await keysIn(house, 'max')).toEqual([phone(9), phone(10)]);
    expect(await keysIn(house, 'email')).toEqual(['email:some.one@example.com']);
    const page = await staff.see(`/admin/imports/${id}`);
    expect(page.innerText).toContain('16 = 11 + 1 + 0 + 2 + 0 + 1 + 1');
  });

  it('offers an unknown sheet for mapping and never skips it in silence', async () => {
    const book = await workbook([oldSheet('Тг', ['@known_sheet']), oldSheet('Разное', [phone(20)])]);
    const id = await upload(staff, 'a.xlsx', book);
    const page = await staff.see(`/admin/imports/${id}`);
    expect(page.querySelector('#sheet-1')?.innerText).toContain('Мы не узнали этот лист');
    const refused = await start(staff, id);
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('Выберите базу или «Не загружать»');
    expect((await countsOf(house, id)).status).toBe('draft');
    const viber = String(await baseId(house, 'viber'));
    expect((await start(staff, id, { base1: viber })).status).toBe(303);
    await house.drain();
    expect(await keysIn(house, 'viber')).toContain(phone(20));
  });

  it('takes the active sheet when no title is known', async () => {
    const book = await workbook([oldSheet('Лист1', []), oldSheet('Лист2', [[phone(30)], ['8 (900) 000-00-31']])], 1);
    const id = await upload(staff, 'вотсап март.xlsx', book);
    const page = await staff.see(`/admin/imports/${id}`);
    expect(page.querySelector('#f-base1 option[selected]')?.innerText).toBe('WhatsApp');
    expect((await start(staff, id, { base0: 'skip' })).status).toBe(303);
    await house.drain();
    expect(await keysIn(house, 'whatsapp')).toEqual(expect.arrayContaining([phone(30), phone(31)]));
  });
});
