import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decideLead } from '../../src/modules/leads/index.ts';
import { baseOf, fillBase, issueTo } from '../factories/bases.ts';
import { createLead, leadTypeId, newPhone, png } from '../factories/leads.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { seen, type Visitor } from '../support/visitor.ts';

let house: TestHouse;
let alice: TestUser;
let bob: TestUser;
let browser: Visitor;

beforeAll(async () => {
  house = await openTestHouse();
  alice = await createUser(house);
  bob = await createUser(house);
  browser = await house.as(alice);
});
afterAll(() => house.close());

const screenshot = { field: 'files', name: 'скрин.png', content: png };
const leadWith = (key: string) => house.database.db.lead.findUnique({ where: { key } });

describe('The report form', () => {
  test("a number from a base is of its base's type, and a link to another messenger of that one", async () => {
    const base = await baseOf(house, 'viber');
    await fillBase(house, base, 2);
    const { contacts } = await issueTo(house, alice, { base, wanted: 2 });
    const page = await browser.see(`/cabinet/leads/new?contact=${contacts[0]?.id}`);
    expect(page.querySelector('[data-type] option[selected]')?.innerText.trim()).toBe('Viber');
    const links = contacts.map(({ key }, n) => (n === 0 ? key : `https://wa.me/${key.slice(1)}`));
    await browser
      .upload('/cabinet/leads', { requestId: randomUUID(), text: links.join('\n') }, [screenshot])
      .expect(303);
    const leads = await house.database.db.lead.findMany({
      where: { key: { in: contacts.map(({ key }) => key) } },
      include: { leadType: true },
    });
    expect(Object.fromEntries(leads.map(({ key, source, leadType }) => [key, [source, leadType.code]]))).toEqual({
      [contacts[0]?.key ?? '']: ['base', 'viber'],
      [contacts[1]?.key ?? '']: ['base', 'whatsapp'],
    });
  });

  test('reports everything that it recognises in a pasted text, without a script', async () => {
    const [one, two] = [newPhone(), newPhone()];
    const form = {
      requestId: randomUUID(),
      text: `Клиентка: ${one}\nвайбер 8${two.slice(2)}, просила прайс`,
      comment: 'ждёт',
    };
    const answer = await browser.upload('/cabinet/leads', form, [screenshot]);
    expect(answer.get('location')).toBe('/cabinet/leads');
    const list = await browser.see('/cabinet/leads');
    expect(list.querySelector('#toasts')?.innerText).toContain('Сдано 2 лида');
    expect(await leadWith(one)).toMatchObject({ comment: 'ждёт', agentId: alice.id, status: 'pending' });
    expect(await leadWith(two)).toMatchObject({ leadTypeId: await leadTypeId(house, 'viber') });
  });

  test('keeps what was typed, chosen and attached when one contact is a duplicate', async () => {
    const taken = await createLead(house, bob);
    const [fresh, requestId] = [newPhone(), randomUUID()];
    const viber = await leadTypeId(house, 'viber');
    const form = {
      requestId,
      text: `${fresh}\n${taken.value}`,
      raw: [fresh, taken.value],
      type: [viber, ''],
      comment: 'не потеряйте',
    };
    const page = seen(await browser.upload('/cabinet/leads', form, [screenshot]), 422);
    expect(page.querySelector(`[data-raw="${taken.value}"]`)?.innerText).toContain('Уже сдан');
    expect(page.querySelector(`[data-raw="${fresh}"]`)?.innerText).not.toContain('Уже сдан');
    expect(page.innerText).not.toContain(bob.name);
    expect(page.querySelector('[name=text]')?.innerText.trim()).toBe(form.text);
    expect(page.querySelector('[name=comment]')?.innerText.trim()).toBe('не потеряйте');
    expect(page.querySelector(`[data-raw="${fresh}"] option[selected]`)?.getAttribute('value')).toBe(String(viber));
    expect(page.querySelector('[name=requestId]')?.getAttribute('value')).toBe(requestId);
    expect(page.innerText).toContain('скрин.png');
    await browser.post('/cabinet/leads', { ...form, text: fresh }).expect(303);
    const lead = await house.database.db.lead.findUniqueOrThrow({ where: { key: fresh }, include: { files: true } });
    expect(lead).toMatchObject({ leadTypeId: viber });
    expect(lead.files).toHaveLength(1);
  });

  test('tells staff whose the duplicate is', async () => {
    const taken = await createLead(house, bob);
    await browser.upload('/cabinet/leads', { requestId: randomUUID(), text: taken.value }, [screenshot]);
    const staff = await house.as(await createUser(house, { role: 'support' }));
    const card = await staff.see(`/admin/leads/${taken.id}`);
    expect(card.innerText).toContain(`Пытался сдать ещё и ${alice.name}`);
    expect(card.innerText).toContain(bob.name);
  });

  test('asks about a line that nobody can recognise, and takes the answer', async () => {
    const requestId = randomUUID();
    const form = { requestId, text: 'вася_из_одноклассников' };
    const page = seen(await browser.upload('/cabinet/leads', form, [screenshot]), 422);
    expect(page.querySelector('[data-raw]')?.innerText).toContain('Выберите тип контакта');
    const other = await leadTypeId(house, 'other_social');
    await browser.post('/cabinet/leads', { ...form, raw: form.text, type: other }).expect(303);
    expect(await leadWith('text:вася_из_одноклассников')).toMatchObject({ leadTypeId: other });
  });

  test('leaves out a line that is no contact', async () => {
    const phone = newPhone();
    const form = {
      requestId: randomUUID(),
      text: `Добрый день\n${phone}`,
      raw: ['Добрый день', phone],
      type: ['skip', ''],
    };
    await browser.upload('/cabinet/leads', form, [screenshot]).expect(303);
    expect(await leadWith(phone)).not.toBeNull();
  });

  test('gives a contact a file of its own', async () => {
    const [one, two] = [newPhone(), newPhone()];
    const form = { requestId: randomUUID(), text: `${one}\n${two}`, raw: [one, two], type: ['', ''] };
    const own = { field: 'file-0', name: 'one.png', content: png };
    const page = seen(await browser.upload('/cabinet/leads', form, [own]), 422);
    expect(page.querySelector(`[data-raw="${two}"]`)?.innerText).toContain('нет файла');
    await browser.upload('/cabinet/leads', form, [{ ...own, field: 'file-1', name: 'two.png' }]).expect(303);
    const files = await house.database.db.leadFile.findMany({ where: { lead: { key: two } }, include: { file: true } });
    expect(files.map(({ file }) => file.originalName)).toEqual(['two.png']);
  });

  test('refuses a file over 30 MB with 413', async () => {
    const big = { field: 'files', name: 'big.png', content: Buffer.concat([png, Buffer.alloc(30 * 1024 * 1024)]) };
    await browser.upload('/cabinet/leads', { requestId: randomUUID(), text: newPhone() }, [big]).expect(413);
  });

  test('says, while one types, what each contact is and whether it is taken', async () => {
    const taken = await createLead(house, bob);
    const answer = await browser.post('/cabinet/leads/recognition', { text: `@some_one\n${taken.value}\nпривет` });
    expect(answer.text).toContain('@some_one');
    expect(answer.text).toContain('Самостоятельный');
    expect(answer.text).toContain('Уже сдан');
    expect(answer.text).toContain('Не удалось понять');
    expect(answer.text).not.toContain(bob.name);
  });
});

describe('A stranger', () => {
  test('finds neither the lead nor its files nor its form', async () => {
    const lead = await createLead(house, bob);
    const { fileId } = await house.database.db.leadFile.findFirstOrThrow({ where: { leadId: lead.id } });
    for (const path of ['', '/edit', `/files/${fileId}`])
      await browser.get(`/cabinet/leads/${lead.id}${path}`).expect(404);
    await browser.get(`/admin/leads/${lead.id}`).expect(403);
    await browser.post(`/cabinet/leads/${lead.id}/resubmission`, {}).expect(404);
    await (await house.as(bob)).get(`/cabinet/leads/${lead.id}/files/${fileId}`).expect(200);
  });

  test('finds no file through a lead of his own', async () => {
    const [mine, other] = [await createLead(house, alice), await createLead(house, bob)];
    const { fileId } = await house.database.db.leadFile.findFirstOrThrow({ where: { leadId: other.id } });
    await browser.get(`/cabinet/leads/${mine.id}/files/${fileId}`).expect(404);
  });

  test('is shown a file in place and in parts', async () => {
    const lead = await createLead(house, alice);
    const { fileId } = await house.database.db.leadFile.findFirstOrThrow({ where: { leadId: lead.id } });
    const part = await browser.get(`/cabinet/leads/${lead.id}/files/${fileId}`).set('range', 'bytes=0-7').expect(206);
    expect(part.get('content-type')).toBe('image/png');
    expect(part.body).toEqual(png.subarray(0, 8));
  });
});

describe('My leads', () => {
  test('show the status with its reason, and rework leads back to review', async () => {
    const lead = await createLead(house, alice);
    const admin = await house.ctxOf(await createUser(house, { role: 'admin', name: 'Зоркая' }));
    await decideLead(admin, lead.id, 1, { verdict: 'rework', note: 'Покажите дату' });
    const list = await browser.see('/cabinet/leads?status=rework');
    expect(list.innerText).toContain('Покажите дату');
    expect((await browser.see(`/cabinet/leads/${lead.id}`)).innerText).not.toContain('Зоркая');
    const edit = await browser.see(`/cabinet/leads/${lead.id}/edit`);
    const value = (name: string) => edit.querySelector(`main [name=${name}]`)?.getAttribute('value') ?? '';
    const corrected = newPhone();
    const form = {
      requestId: value('requestId'),
      version: value('version'),
      value: corrected,
      leadTypeId: await leadTypeId(house, 'whatsapp'),
      keep: value('keep'),
    };
    await browser.upload(`/cabinet/leads/${lead.id}/resubmission`, form, [screenshot]).expect(303);
    await browser.upload(`/cabinet/leads/${lead.id}/resubmission`, form, []).expect(303);
    const after = await house.database.db.lead.findUniqueOrThrow({
      where: { id: lead.id },
      include: { files: true, events: true },
    });
    expect(after).toMatchObject({ status: 'pending', key: corrected });
    expect(after.files).toHaveLength(2);
    expect(after.events).toHaveLength(3);
  });

  test('count all, yesterday and today as the table does, and can be searched by any spelling', async () => {
    const carol = await createUser(house);
    await createLead(house, carol, { value: '+79007009001' });
    await createLead(house, carol, { now: new Date(Date.now() - 86_400_000) });
    await createLead(house, carol, { now: new Date(Date.now() - 5 * 86_400_000) });
    const mine = await house.as(carol);
    const tiles = (await mine.see('/cabinet/leads'))
      .querySelectorAll('.stat-value')
      .map((tile) => tile.innerText.trim());
    expect(tiles.slice(0, 3)).toEqual(['1', '1', '3']);
    const found = await mine.see(`/cabinet/leads?q=${encodeURIComponent('8 (900) 700-90-01')}`);
    expect(found.querySelectorAll('main li a[href^="/cabinet/leads/"]')).toHaveLength(1);
  });
});
