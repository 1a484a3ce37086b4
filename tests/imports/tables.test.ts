import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import {
  baseId,
  countsOf,
  importThrough,
  keysIn,
  oldSheet,
  phone,
  start,
  upload,
  utf16,
  windows1251,
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

const contact = (key: string) =>
  house.database.sql.row<{ value: string; extra: unknown }>(q`SELECT value, extra FROM contacts WHERE key = ${key}`);

describe('text tables', () => {
  it.each([
    [
      'windows-1251 with semicolons',
      windows1251('Имя;Телефон;Город\r\nЁлкин Пётр;8 (900) 100-00-01;Тверь\r\n'),
      1000001,
    ],
    ['UTF-16 with tabs', utf16('Имя\tТелефон\tГород\nЁлкин Пётр\t89001000002\tТверь\n'), 1000002],
    ['UTF-8 with commas and quotes', '\uFEFFИмя,Телефон,Город\n"Ёлкин Пётр","+7 900 100 00 03",Тверь\n', 1000003],
  ])('are read in %s; the value column is found and the others are kept', async (_name, content, number) => {
    const id = await importThrough(house, staff, 'viber.csv', content);
    expect(await countsOf(house, id)).toMatchObject({ status: 'finished', rowsRead: 1, created: 1 });
    expect((await contact(phone(number)))?.extra).toEqual([
      ['Имя', 'Ёлкин Пётр'],
      ['Город', 'Тверь'],
    ]);
  });

  it('are guessed by their values when the name says nothing', async () => {
    const id = await upload(staff, 'list.txt', 'one@example.com\ntwo@example.com\n');
    const page = await staff.see(`/admin/imports/${id}`);
    expect(page.querySelector('#f-base0 option[selected]')?.innerText).toBe('Почта');
    expect(page.querySelector('#f-first0')?.getAttribute('value')).toBe('1');
  });

  it('ask for a base when several could hold the values', async () => {
    const id = await upload(staff, 'list.txt', `${phone(40)}\n${phone(41)}\n`);
    expect((await staff.see(`/admin/imports/${id}`)).querySelector('#sheet-0')?.innerText).toContain('Выберите базу');
  });
});

describe('values', () => {
  it('every spelling of one phone is one contact', async () => {
    const spellings = [
      '8 (900) 123-45-67',
      '+7 900 123 45 67',
      '9001234567',
      79001234567,
      '79001234567.0',
      '7.9001234567E+10',
      '8\u00a0900\u00a0123\u00a045\u00a067',
      '8.900.123.45.67',
      '8–900–123–45–67',
      '=+79001234567',
      "'89001234567",
      { formula: '79001234560+7', result: 79001234567 },
    ];
    const id = await importThrough(house, staff, 'whatsapp.xlsx', await workbook([oldSheet('WhatsApp', spellings)]));
    expect(await countsOf(house, id)).toMatchObject({
      rowsRead: spellings.length,
      created: 1,
      duplicateInFile: spellings.length - 1,
    });
    expect(await keysIn(house, 'whatsapp')).toEqual(['+79001234567']);
  });

  it('columns are kept with their headers, by letter where there is none, and odd signs do no harm', async () => {
    const rows = [
      ['Телефон', 'Имя', ''],
      [phone(50), 'Tab\tquote" back\\slash\nline \ud83d\ude00', 'без заголовка'],
    ];
    const sheets = [{ name: 'Viber', rows }];
    await importThrough(house, staff, 'x.xlsx', await workbook(sheets));
    expect((await contact(phone(50)))?.extra).toEqual([
      ['Имя', 'Tab\tquote" back\\slash\nline \ud83d\ude00'],
      ['C', 'без заголовка'],
    ]);
  });

  it('another column and first row are used when a person says so', async () => {
    const content = 'код;старый;новый\nA1;89002000001;89002000002\nA2;89002000003;89002000004\n';
    const viber = String(await baseId(house, 'viber'));
    const id = await upload(staff, 'клиенты.csv', content);
    expect((await start(staff, id, { base0: viber, column0: '2', first0: '3', marks0: undefined })).status).toBe(303);
    await house.drain();
    expect(await countsOf(house, id)).toMatchObject({ rowsRead: 1, created: 1 });
    expect(await keysIn(house, 'viber')).toContain(phone(2000004));
    expect(await keysIn(house, 'viber')).not.toContain(phone(2000002));
  });
});

describe('the preview', () => {
  it('shows the verdicts that rows will get, and a changed base shows others', async () => {
    await importThrough(house, staff, 'viber.txt', `${phone(60)}\n`);
    const id = await upload(staff, 'max.csv', `Телефон\n${phone(60)}\n${phone(61)}\n${phone(61)}\nмусор\n`);
    const page = await staff.see(`/admin/imports/${id}`);
    const words = page.querySelectorAll('.pill').map((pill) => pill.innerText.trim());
    expect(words).toEqual(['Заголовок', 'Уже в базе', 'Создано', 'Повтор в файле', 'Не распознано']);
    expect(page.innerText).toContain('Контакт уже есть в базе «Viber»');
    const email = String(await baseId(house, 'email'));
    await staff.post(`/admin/imports/${id}/plan`, { base0: email, column0: '0', first0: '2' }).expect(303);
    const changed = await staff.see(`/admin/imports/${id}`);
    expect(changed.querySelectorAll('.pill').map((pill) => pill.innerText.trim())).not.toContain('Создано');
  });

  it('recognises the same file, whatever it is called', async () => {
    const first = await importThrough(house, staff, 'email.txt', 'same@example.com\n');
    const second = await upload(staff, 'другое имя.txt', 'same@example.com\n');
    const page = await staff.see(`/admin/imports/${second}`);
    expect(page.innerText).toContain('Этот файл уже загружали');
    expect(page.querySelector(`a[href="/admin/imports/${first}"]`)).not.toBeNull();
  });

  it('a finished import says nothing of the same file that came after it', async () => {
    const first = await importThrough(house, staff, 'once.txt', 'once@example.com\n');
    await upload(staff, 'again.txt', 'once@example.com\n');
    expect((await staff.see(`/admin/imports/${first}`)).innerText).not.toContain('Этот файл уже загружали');
  });

  it('the header of the old columns and the other columns of a list are no marks of use', async () => {
    const headed = await workbook([oldSheet('Макс', [phone(80), phone(81)])]);
    const lists = [
      await upload(staff, 'headed.xlsx', headed),
      await upload(staff, 'names.csv', `Телефон;Имя\n${phone(82)};Иван\n${phone(83)};\n`),
      await upload(staff, 'bare.csv', `${phone(84)};Иван\n${phone(85)};\n`),
    ];
    for (const id of lists) {
      const mark = (await staff.see(`/admin/imports/${id}`)).querySelector('#f-marks0');
      expect(mark?.hasAttribute('checked') ?? false).toBe(false);
    }
  });

  it('marks of use are an option: left out when on, loaded when off', async () => {
    const book = await workbook([oldSheet('Макс', [[phone(70), 42, 'agent', '01.02.2026'], phone(71)])]);
    const on = await upload(staff, 'a.xlsx', book);
    expect((await staff.see(`/admin/imports/${on}`)).querySelector('#f-marks0')?.hasAttribute('checked')).toBe(true);
    await start(staff, on);
    await house.drain();
    expect(await countsOf(house, on)).toMatchObject({ created: 1, issuedBefore: 1 });
    const off = await upload(staff, 'b.xlsx', book);
    await start(staff, off, { marks0: undefined });
    await house.drain();
    expect(await countsOf(house, off)).toMatchObject({ created: 1, alreadyInBase: 1 });
  });
});
