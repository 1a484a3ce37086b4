import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isOpenAt } from '../../src/lib/business-hours.ts';
import { getDepartment } from '../../src/modules/support/departments.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { seen, type Visitor } from '../support/visitor.ts';
import { begin, departmentForm, here, threadIn } from './desk.ts';

let house: TestHouse;
let admin: Visitor;
let bob: TestUser;

beforeAll(async () => {
  house = await openTestHouse();
  admin = await house.as(await createUser(house, { role: 'admin', name: 'Ada' }));
  bob = await createUser(house, { role: 'support', name: 'Bob' });
});
afterAll(() => house.close());

const department = (name: string) =>
  house.database.db.department.findFirstOrThrow({ where: { name }, include: { operators: true } });

describe('departments', () => {
  it('begin with one, four purposes in it, and one of them for what nobody chose', async () => {
    const page = await admin.see('/admin/departments');
    expect(page.querySelectorAll('.desk-line b').map((name) => name.innerText)).toEqual(['Поддержка']);
    const purposes = await house.database.db.purpose.findMany({ orderBy: { position: 'asc' } });
    expect(purposes.map(({ titleRu, fallback }) => `${titleRu}${fallback ? ' *' : ''}`)).toEqual([
      'Контакты и лимиты',
      'Лиды и проверки',
      'Учётная запись',
      'Другое *',
    ]);
  });

  it('are made with hours, days off, a head and operators, and it is written down', async () => {
    await admin.post('/admin/departments', { ...departmentForm, headId: bob.id, operators: [bob.id] }).expect(303);
    const made = await department('Склад');
    expect(made).toMatchObject({ zone: 'Asia/Yekaterinburg', headId: bob.id, active: true, autoAssign: false });
    expect(made.hours).toEqual([{ from: '09:00', to: '18:00' }, null, null, null, null, null, null]);
    expect(made.holidays.map((day) => day.toISOString().slice(0, 10))).toEqual(['2026-12-31', '2027-01-01']);
    expect(made.operators.map(({ userId }) => userId)).toEqual([bob.id]);
    const act = await house.database.db.auditEvent.findFirstOrThrow({ where: { action: 'department.created' } });
    expect(act).toMatchObject({ actorName: 'Ada', subjectId: made.id });
    expect(
      (await admin.see(`/admin/departments/${made.id}`)).querySelector('[name=from1]')?.getAttribute('value'),
    ).toBe('09:00');
  });

  it('are not made twice under one name, whatever its case, and what was typed stays', async () => {
    const page = seen(await admin.post('/admin/departments', { ...departmentForm, name: 'СКЛАД' }), 422);
    expect(page.innerText).toContain('Отдел с таким названием уже есть');
    expect(page.querySelector('[name=description]')?.innerText.trim()).toBe('Всё о наличии');
  });

  it('refuse an hour without its end, an end before the beginning, a zone and a date that do not exist', async () => {
    const wrong: [object, string][] = [
      [{ from2: '09:00' }, 'более поздний конец'],
      [{ from1: '18:00', to1: '09:00' }, 'более поздний конец'],
      [{ zone: 'Mars/Olympus' }, 'Такого часового пояса нет'],
      [{ holidays: '31.02.2026' }, 'Укажите даты'],
    ];
    for (const [change, words] of wrong) {
      const page = seen(await admin.post('/admin/departments', { ...departmentForm, name: 'Иной', ...change }), 422);
      expect(page.innerText).toContain(words);
    }
  });

  it('take nobody as an operator who cannot answer', async () => {
    const agent = await createUser(house);
    const page = seen(
      await admin.post('/admin/departments', { ...departmentForm, name: 'Иной', operators: [agent.id] }),
      422,
    );
    expect(page.innerText).toContain('не может отвечать в поддержке');
    expect(await house.database.db.department.count({ where: { name: 'Иной' } })).toBe(0);
  });

  it('are changed: operators who are not named leave', async () => {
    const { id } = await department('Склад');
    await admin
      .post(`/admin/departments/${id}`, { ...departmentForm, name: 'Склад и доставка', autoAssign: '1' })
      .expect(303);
    expect(await department('Склад и доставка')).toMatchObject({ id, headId: null, autoAssign: true, operators: [] });
  });

  it('may work until midnight and round the clock; 23:59 is a minute less', async () => {
    const { id } = await department('Склад и доставка');
    const times = { from1: '00:00', to1: '00:00', from2: '18:00', to2: '00:00', from3: '00:00', to3: '23:59' };
    await admin.post(`/admin/departments/${id}`, { ...departmentForm, name: 'Склад и доставка', ...times }).expect(303);
    const { zone, hours } = await getDepartment(house.ctx(), id);
    expect(hours.slice(0, 3).map((day) => day?.to)).toEqual(['24:00', '24:00', '23:59']);
    // Each is the last half minute of its day, from Monday.
    const ends = ['2026-11-16', '2026-11-17', '2026-11-18'].map((day) => new Date(`${day}T23:59:30+05:00`));
    expect(ends.map((end) => isOpenAt({ zone, hours, holidays: [] }, end))).toEqual([true, true, false]);
    const page = await admin.see(`/admin/departments/${id}`);
    for (const [name, value] of Object.entries(times))
      expect(page.querySelector(`[name=${name}]`)?.getAttribute('value')).toBe(value);
  });

  it('leave in the journal what was changed, as it was and as it is, in words', async () => {
    await admin.post('/admin/departments', { ...departmentForm, name: 'Возвраты' }).expect(303);
    const { id } = await department('Возвраты');
    const hours = { from1: '00:00', to1: '00:00', from2: '10:00', to2: '19:00' };
    const people = { headId: bob.id, operators: [bob.id] };
    const form = { ...departmentForm, name: 'Возвраты', ...hours, holidays: '31.12.2026', ...people };
    for (let n = 0; n < 2; n += 1) await admin.post(`/admin/departments/${id}`, form).expect(303);
    const said = async () =>
      (await admin.see(`/admin/audit?action=department.changed&subject=department:${id}`))
        .querySelectorAll('tbody tr')
        .map((row) => row.innerText.replace(/\s+/g, ' '));
    const russian = await said();
    expect(russian).toHaveLength(1);
    expect(russian[0]).toContain(
      'было: руководитель: —; часы работы: пн: 09:00–18:00, вт: выходной; нерабочие дни: 31.12.2026, 01.01.2027; операторы: — ' +
        'стало: руководитель: Bob; часы работы: пн: круглосуточно, вт: 10:00–19:00; нерабочие дни: 31.12.2026; операторы: Bob',
    );
    await admin.post('/locale', { locale: 'en', back: '/admin' }).expect(303);
    expect((await said())[0]).toContain('working hours: Mon: round the clock, Tue: 10:00–19:00; days off: 31.12.2026');
    await admin.post('/locale', { locale: 'ru', back: '/admin' }).expect(303);
  });

  it('know by their own clock whether they answer now', () => {
    const week = Array.from({ length: 7 }, (_, day) => (day < 5 ? { from: '09:00', to: '18:00' } : null));
    const yekaterinburg = { zone: 'Asia/Yekaterinburg', hours: week, holidays: ['2026-11-20'] };
    // A Thursday: nine in the morning there is four in Greenwich.
    expect(isOpenAt(yekaterinburg, new Date('2026-11-19T04:00:00Z'))).toBe(true);
    expect(isOpenAt(yekaterinburg, new Date('2026-11-19T03:59:59Z'))).toBe(false);
    expect(isOpenAt(yekaterinburg, new Date('2026-11-19T13:00:00Z'))).toBe(false);
    expect(isOpenAt(yekaterinburg, new Date('2026-11-20T05:00:00Z'))).toBe(false);
    expect(isOpenAt(yekaterinburg, new Date('2026-11-21T05:00:00Z'))).toBe(false);
  });
});

describe('a closed department', () => {
  it('says so on the person’s pages, before he writes as after, and an open one does not', async () => {
    const person = await house.as(await createUser(house));
    const id = threadIn(await begin(house, person, 'Другое', 'Есть кто?'));
    const notice = async () => (await person.see(`/cabinet/support/threads/${id}`)).querySelector('[data-away]');
    const { db } = house.database;
    const { id: purposeId } = await db.purpose.findFirstOrThrow({ where: { titleRu: 'Другое' } });
    const beforehand = async () =>
      (await person.see(`/cabinet/support/new?purpose=${purposeId}`)).querySelector('[data-away]');
    const always = Array(7).fill({ from: '00:00', to: '24:00' });
    await db.department.updateMany({ where: { name: 'Поддержка' }, data: { hours: always } });
    expect(await notice()).toBeNull();
    expect(await beforehand()).toBeNull();
    await db.department.updateMany({ where: { name: 'Поддержка' }, data: { hours: Array(7).fill(null) } });
    for (const shown of [await notice(), await beforehand()]) expect(shown?.innerText).toContain('нерабочее время');
  });
});

describe('purposes', () => {
  it('are added and changed; the one for what nobody chose cannot be switched off', async () => {
    const { id: departmentId } = await department('Поддержка');
    const form = { titleRu: 'Выплаты', titleEn: 'Payouts', departmentId, position: 9 };
    await admin.post('/admin/purposes', { ...form, active: '1' }).expect(303);
    const made = await house.database.db.purpose.findFirstOrThrow({ where: { titleRu: 'Выплаты' } });
    await admin.post(`/admin/purposes/${made.id}`, form).expect(303);
    expect(await house.database.db.purpose.findUnique({ where: { id: made.id } })).toMatchObject({ active: false });
    const last = await house.database.db.purpose.findFirstOrThrow({ where: { fallback: true } });
    await admin.post(`/admin/purposes/${last.id}`, { ...form, titleRu: 'Разное' }).expect(303);
    expect(await house.database.db.purpose.findUnique({ where: { id: last.id } })).toMatchObject({
      titleRu: 'Разное',
      active: true,
    });
  });

  it('are buttons for a person: only those that are active', async () => {
    const person = await house.as(await createUser(house));
    const buttons = (await person.see('/cabinet/support'))
      .querySelectorAll('.desk-purposes a')
      .map((a) => a.innerText.trim());
    expect(buttons).toEqual(['Контакты и лимиты', 'Лиды и проверки', 'Учётная запись', 'Разное']);
  });
});

describe('operators', () => {
  it('are present as long as a page of theirs was seen open, and nobody switches that', async () => {
    const shown = async () =>
      (await admin.see('/admin/departments'))
        .querySelectorAll(`form[action="/admin/operators/${bob.id}"] .pill`)
        .map((pill) => pill.innerText.trim());
    expect(await shown()).toEqual(['не на сайте']);
    await here(house, bob, 5);
    expect(await shown()).toEqual(['на месте']);
    await here(house, bob, 300);
    expect(await shown()).toEqual(['отошёл']);
    await here(house, bob, 3600);
    expect(await shown()).toEqual(['не на сайте']);
  });

  it('get their capacity from an administrator, and switch new ones on and off themselves', async () => {
    await admin.post(`/admin/operators/${bob.id}`, { capacity: 3, acceptsNew: '1' }).expect(303);
    const bobAt = await house.as(bob);
    await bobAt.post('/support/acceptance', { acceptsNew: 'no' }).expect(303);
    expect(await house.database.db.operator.findUnique({ where: { userId: bob.id } })).toMatchObject({
      capacity: 3,
      acceptsNew: false,
    });
    expect((await bobAt.see('/support')).innerText).toContain('Не принимаю новые');
    await admin.post(`/admin/operators/${(await createUser(house)).id}`, { capacity: 3 }).expect(404);
  });

  it('are the administrator’s affair: support may not see the screens', async () => {
    const bobAt = await house.as(bob);
    await bobAt.get('/admin/departments').expect(403);
    await bobAt.post('/admin/departments', departmentForm).expect(403);
  });
});
