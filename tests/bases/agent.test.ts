import { randomUUID } from 'node:crypto';
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import type { BaseType } from '../../src/modules/bases/index.ts';
import { createBase, fillBase, issueTo } from '../factories/bases.ts';
import { createLead } from '../factories/leads.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { bytes } from '../support/bytes.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { seen, type Visitor } from '../support/visitor.ts';

let house: TestHouse;
let base: BaseType;
let anna: TestUser;
let browser: Visitor;
let bases = 0;

beforeAll(async () => {
  house = await openTestHouse();
});
afterAll(() => house.close());
beforeEach(async () => {
  await house.database.pool.query('DELETE FROM throttle_counters');
  base = await createBase(house, { code: `base-${++bases}`, name: `Base ${bases}`, limit: 10 });
  anna = await createUser(house);
  browser = await house.as(anna);
});

const rowOf = (id: number) =>
  house.database.sql.row<{ outcome: string | null; note: string | null; copied: boolean }>(
    q`SELECT outcome::text, note, copied_at IS NOT NULL AS copied FROM contacts WHERE id = ${id}`,
  );

describe('getting contacts', () => {
  it('offers every active base with what is left, and takes the number asked for', async () => {
    await fillBase(house, base, 200);
    const page = await browser.see('/cabinet/contacts/new');
    const form = page.querySelector(`form:has(input[name=baseTypeId][value="${base.id}"])`);
    expect(form?.querySelector('input[name=wanted]')?.getAttribute('value')).toBe('10');
    const requestId = form?.querySelector('input[name=requestId]')?.getAttribute('value') ?? '';
    const answer = await browser.post('/cabinet/issuances', { baseTypeId: base.id, wanted: 4, requestId }).expect(303);
    const issuance = await browser.see(answer.get('location') ?? '');
    expect(issuance.querySelectorAll('li[id^=contact-]')).toHaveLength(4);
    expect((await browser.see('/cabinet/contacts/new')).text).toContain('6 из 10');
  });

  it('gives the same issuance to the same form, however often it is sent', async () => {
    await fillBase(house, base, 20);
    const form = { baseTypeId: base.id, wanted: 3, requestId: randomUUID() };
    const answers = await Promise.all(Array.from({ length: 20 }, () => browser.post('/cabinet/issuances', form)));
    expect(new Set(answers.map((answer) => `${answer.status} ${answer.get('location')}`)).size).toBe(1);
    const held = await house.database.sql.rows(q`SELECT id FROM contacts WHERE agent_id = ${anna.id}`);
    expect(held).toHaveLength(3);
  });

  it('never tells the exact stock, only many, few or none', async () => {
    await fillBase(house, base, 4321);
    expect((await browser.see('/cabinet/contacts/new')).text).not.toMatch(/4\s?321/);
    const [few, none] = [
      await createBase(house, { code: `few-${bases}`, name: `Few ${bases}` }),
      await createBase(house, { code: `none-${bases}`, name: `None ${bases}` }),
    ];
    await fillBase(house, few, 7);
    const page = await browser.see('/cabinet/contacts/new');
    const cardOf = (name: string) =>
      page.querySelectorAll('section').find((card) => card.querySelector('h2')?.text === name)?.text ?? '';
    expect(cardOf(base.name)).toContain('Свободных много');
    expect(cardOf(few.name)).toContain('Свободных мало');
    expect(cardOf(none.name)).toContain('Свободных нет');
  });

  it('says when the base ran short, and when the limit did', async () => {
    await fillBase(house, base, 3);
    const short = await issueTo(house, anna, { base, wanted: 10 });
    expect((await browser.see(`/cabinet/issuances/${short.issuance.id}`)).text).toContain(
      'В базе закончились свободные',
    );
    await fillBase(house, base, 50);
    const cut = await issueTo(house, anna, { base, wanted: 100 });
    expect((await browser.see(`/cabinet/issuances/${cut.issuance.id}`)).text).toContain('Больше не позволяет лимит');
    const form = { baseTypeId: base.id, wanted: 1, requestId: randomUUID() };
    const refused = seen(await browser.post('/cabinet/issuances', form), 422);
    expect(refused.text).toContain(`Лимит базы «${base.name}» исчерпан. Обновится`);
  });

  it("does not show another agent's issuance or contact, nor let him work it", async () => {
    await fillBase(house, base, 5);
    const { issuance, contacts } = await issueTo(house, anna, { base, wanted: 1 });
    const id = contacts[0]?.id ?? 0;
    const stranger = await house.as(await createUser(house));
    await stranger.see(`/cabinet/issuances/${issuance.id}`, 404);
    await stranger.get(`/cabinet/issuances/${issuance.id}/file/txt`).expect(404);
    await stranger.post(`/cabinet/contacts/${id}/outcome`, { outcome: 'refused' }).expect(404);
    await stranger.post(`/cabinet/contacts/${id}/note`, { note: 'mine?' }).expect(404);
    await stranger.post(`/cabinet/contacts/${id}/copy`).expect(404);
    await stranger.post('/cabinet/contacts/copies', { ids: String(id) }).expect(204);
    expect(await rowOf(id)).toEqual({ outcome: null, note: null, copied: false });
  });
});

describe('working contacts', () => {
  it('sets an outcome by one click, and the same click again takes it back', async () => {
    await fillBase(house, base, 2);
    const { contacts } = await issueTo(house, anna, { base, wanted: 1 });
    const id = contacts[0]?.id ?? 0;
    const button = async () => (await browser.see('/cabinet/contacts')).querySelector(`#o-thinking-${id}`);
    expect((await button())?.getAttribute('value')).toBe('thinking');
    await browser.post(`/cabinet/contacts/${id}/outcome`, { outcome: 'thinking' }).expect(303);
    expect((await rowOf(id))?.outcome).toBe('thinking');
    expect((await button())?.getAttribute('value')).toBe('');
    await browser.post(`/cabinet/contacts/${id}/outcome`, { outcome: '' }).expect(303);
    expect((await rowOf(id))?.outcome).toBeNull();
  });

  it('answers the script with the one row, and a browser without it with the page it came from', async () => {
    await fillBase(house, base, 2);
    const { contacts } = await issueTo(house, anna, { base, wanted: 1 });
    const id = contacts[0]?.id ?? 0;
    const form = { note: 'call on Friday', back: '/cabinet/contacts?base=1' };
    const plain = await browser.post(`/cabinet/contacts/${id}/note`, form).expect(303);
    expect(plain.get('location')).toBe(`/cabinet/contacts?base=1#contact-${id}`);
    const part = await browser.post(`/cabinet/contacts/${id}/note`, form).set('hx-request', 'true').expect(200);
    expect(part.text).toContain('call on Friday');
    expect(part.text).not.toContain('<html');
    const outside = await browser.post(`/cabinet/contacts/${id}/note`, { ...form, back: '//evil.example' });
    expect(outside.get('location')).toBe(`/cabinet/contacts#contact-${id}`);
  });

  it('leaves what the next page is to say to that page: a row that a script puts in place cannot say it', async () => {
    await fillBase(house, base, 2);
    const { contacts } = await issueTo(house, anna, { base, wanted: 1 });
    await browser.post('/cabinet/limits', { baseTypeId: base.id, wanted: 20, reason: 'a free evening' }).expect(303);
    const note = browser.post(`/cabinet/contacts/${contacts[0]?.id}/note`, { note: 'meanwhile' });
    await note.set('hx-request', 'true').expect(200);
    expect((await browser.see('/cabinet/limits')).querySelector('#toasts')?.text).toContain('Заявка отправлена');
  });

  it('remembers what was copied, one by one and all at once, also after a reload', async () => {
    await fillBase(house, base, 5);
    const { issuance, contacts } = await issueTo(house, anna, { base, wanted: 3 });
    const shown = async () =>
      (await browser.see(`/cabinet/issuances/${issuance.id}`))
        .querySelectorAll('[data-copied-mark]')
        .filter((mark) => !mark.hasAttribute('hidden')).length;
    expect(await shown()).toBe(0);
    await browser.post(`/cabinet/contacts/${contacts[1]?.id}/copy`).expect(204);
    expect(await shown()).toBe(1);
    await browser.post('/cabinet/contacts/copies', { ids: contacts.map(({ id }) => id).join(',') }).expect(204);
    expect(await shown()).toBe(3);
  });

  it('keeps the outcome of a contact that was reported as a lead', async () => {
    await fillBase(house, base, 2);
    const { contacts } = await issueTo(house, anna, { base, wanted: 1 });
    const { id = 0, key = '' } = contacts[0] ?? {};
    await createLead(house, anna, { value: key });
    expect((await rowOf(id))?.outcome).toBe('lead');
    await browser.post(`/cabinet/contacts/${id}/outcome`, { outcome: 'refused' }).expect(422);
    expect((await rowOf(id))?.outcome).toBe('lead');
    const page = await browser.see('/cabinet/contacts');
    expect(page.text).toContain('Лид на проверке');
    expect(page.querySelector(`a[href="/cabinet/leads/new?contact=${id}"]`)).toBeNull();
  });

  it.each(['8 (900) %a-%b-%c', '+7900%a%b%c', '7900%a%b%c.0', '%a-%b-%c', '%b%c'])(
    'finds a contact by %s',
    async (spelling) => {
      const [first = '', second = ''] = await fillBase(house, base, 2);
      await issueTo(house, anna, { base, wanted: 2 });
      const digits = first.slice(5);
      const [a, b, c] = [digits.slice(0, 3), digits.slice(3, 5), digits.slice(5)];
      const text = spelling.replace('%a', a).replace('%b', b).replace('%c', c);
      const page = await browser.see(`/cabinet/contacts?q=${encodeURIComponent(text)}`);
      const found = page.querySelectorAll('li[id^=contact-] [data-copy]').map((one) => one.getAttribute('data-copy'));
      expect(found).toContain(first);
      if (!text.includes(second.slice(-4))) expect(found).not.toContain(second);
    },
  );

  it('narrows to a base, a business day and an outcome', async () => {
    const other = await createBase(house, { code: `other-${bases}`, name: `Other ${bases}` });
    await fillBase(house, base, 3);
    await fillBase(house, other, 3);
    await issueTo(house, anna, { base, wanted: 2, now: new Date('2026-03-04T20:05:00+03:00') });
    const { contacts } = await issueTo(house, anna, {
      base: other,
      wanted: 1,
      now: new Date('2026-03-04T12:00:00+03:00'),
    });
    const count = async (query: string) =>
      (await browser.see(`/cabinet/contacts?${query}`)).querySelectorAll('li[id^=contact-]').length;
    expect(await count(`base=${base.id}`)).toBe(2);
    expect(await count('day=2026-03-05')).toBe(2);
    expect(await count('day=2026-03-04')).toBe(1);
    await browser.post(`/cabinet/contacts/${contacts[0]?.id}/outcome`, { outcome: 'refused' });
    expect(await count('outcome=refused')).toBe(1);
    expect(await count('outcome=none')).toBe(2);
  });

  it('counts what was issued in all, yesterday and today', async () => {
    await fillBase(house, base, 20);
    const now = Date.now();
    await issueTo(house, anna, { base, wanted: 2, now: new Date(now - 10 * 86_400_000) });
    await issueTo(house, anna, { base, wanted: 3, now: new Date(now - 86_400_000) });
    await issueTo(house, anna, { base, wanted: 4 });
    const values = (await browser.see('/cabinet/contacts'))
      .querySelectorAll('.stat-value')
      .map((one) => one.text.trim());
    expect(values).toEqual(['4', '3', '9']);
  });
});

describe("the agent's own files", () => {
  const wednesday = new Date('2026-03-04T12:00:00+03:00');
  const evening = new Date('2026-03-04T20:05:00+03:00');

  it('are text grouped by business day', async () => {
    const keys = await fillBase(house, base, 3);
    await issueTo(house, anna, { base, wanted: 2, now: wednesday });
    await issueTo(house, anna, { base, wanted: 1, now: evening });
    const { body } = await bytes(browser.get('/cabinet/contacts/file/txt')).expect(200);
    const [a, b, c] = keys;
    expect(body.toString()).toBe(`=== 04.03.2026 ===\r\n${a}\r\n${b}\r\n\r\n=== 05.03.2026 ===\r\n${c}\r\n`);
  });

  it('are workbooks and CSV with the other columns of the upload', async () => {
    await fillBase(house, base, 1);
    await house.database.sql.run(
      q`UPDATE contacts SET extra = '[["Имя","Мария"],["Итог","=1+1"]]' WHERE base_type_id = ${base.id}`,
    );
    const { issuance, contacts } = await issueTo(house, anna, { base, wanted: 1, now: wednesday });
    const xlsx = await bytes(browser.get(`/cabinet/issuances/${issuance.id}/file/xlsx`)).expect(200);
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(xlsx.body);
    const sheet = book.worksheets[0];
    const headers = ['Контакт', 'База', 'Выдано', 'Результат', 'Заметка', 'Имя', 'Итог'];
    expect(headers.map((_, i) => sheet?.getRow(1).getCell(i + 1).value)).toEqual(headers);
    expect(sheet?.getRow(2).getCell(1).value).toBe(contacts[0]?.key);
    expect(sheet?.getRow(2).getCell(3).value).toBe('04.03.2026 12:00');
    expect(sheet?.getRow(2).getCell(7).value).toBe('=1+1');
    const csv = await bytes(browser.get('/cabinet/contacts/file/csv?day=2026-03-04')).expect(200);
    expect(csv.body.toString()).toMatch(/^\uFEFFКонтакт;База;/);
    expect(csv.body.toString()).toContain(`;Мария;'=1+1\r\n`);
  });
});
