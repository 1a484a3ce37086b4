import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addDays, businessDayOf } from '../../src/lib/business-day.ts';
import { openWorkbook } from '../../src/lib/xlsx/index.ts';
import { decideLead, reopenLead } from '../../src/modules/leads/index.ts';
import { createLead, newPhone } from '../factories/leads.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { lettersTo } from '../support/letters.ts';
import { seen, type Visitor } from '../support/visitor.ts';

let house: TestHouse;
let agent: TestUser;
let anna: TestUser;
let staff: Visitor;

beforeAll(async () => {
  house = await openTestHouse();
  agent = await createUser(house, { name: 'worker' });
  anna = await createUser(house, { role: 'admin', name: 'Anna' });
  staff = await house.as(anna);
});
afterAll(() => house.close());

const leadOf = (id: number) => house.database.db.lead.findUniqueOrThrow({ where: { id } });
const clearQueue = () =>
  house.database.db.lead.updateMany({ where: { status: 'pending' }, data: { status: 'approved' } });

describe('The queue', () => {
  test('shows the oldest lead first, with its picture, and goes on to the next after a decision', async () => {
    const [first, second] = [await createLead(house, agent), await createLead(house, agent)];
    const page = await staff.see('/admin/leads/queue');
    expect(page.querySelector('[data-contact]')?.innerText.replace(/[ -]/g, '')).toBe(first.value);
    expect(page.querySelector('[data-zoom] img')?.getAttribute('src')).toMatch(`/admin/leads/${first.id}/files/`);
    const answer = await staff.post(`/admin/leads/${first.id}/approval`, { version: 1, from: 'queue' });
    const next = await staff.see(answer.get('location') ?? '');
    expect(next.querySelector('[data-contact]')?.innerText.replace(/[ -]/g, '')).toBe(second.value);
    expect(await leadOf(first.id)).toMatchObject({ status: 'approved', decidedById: anna.id });
  });

  test('tells the second moderator who decided what, in place', async () => {
    const lead = await createLead(house, agent);
    await decideLead(await house.ctxOf(anna), lead.id, 1, { verdict: 'rejected', note: 'Скриншот не читается' });
    const other = await house.as(await createUser(house, { role: 'admin' }));
    const page = seen(await other.post(`/admin/leads/${lead.id}/approval`, { version: 1, from: 'queue' }), 422);
    expect(page.innerText).toContain('уже отклонил(а) Anna');
    expect(await leadOf(lead.id)).toMatchObject({ status: 'rejected', version: 2 });
  });

  test('rejects with a reason and sends to rework with a comment', async () => {
    const [one, two] = [await createLead(house, agent), await createLead(house, agent)];
    await staff
      .post(`/admin/leads/${one.id}/rejection`, { version: 1, from: 'queue', reason: 'Скриншот не читается' })
      .expect(303);
    await staff.post(`/admin/leads/${two.id}/rework`, { version: 1, from: 'queue', comment: 'Пересними' }).expect(303);
    expect(await leadOf(one.id)).toMatchObject({ status: 'rejected', decisionNote: 'Скриншот не читается' });
    expect(await leadOf(two.id)).toMatchObject({ status: 'rework', decisionNote: 'Пересними' });
    seen(await staff.post(`/admin/leads/${one.id}/rework`, { version: 2, from: 'card' }), 422);
  });

  test('says so when nothing waits', async () => {
    await clearQueue();
    expect((await staff.see('/admin/leads/queue')).innerText).toContain('Всё проверено');
  });

  test('is closed to support, who may only look', async () => {
    const lead = await createLead(house, agent);
    const support = await house.as(await createUser(house, { role: 'support' }));
    await support.get('/admin/leads/queue').expect(403);
    await support.post(`/admin/leads/${lead.id}/approval`, { version: 1 }).expect(403);
    await support.see(`/admin/leads/${lead.id}`);
    expect(await leadOf(lead.id)).toMatchObject({ status: 'pending' });
  });
});

describe('The list', () => {
  test('is narrowed by every filter and searched by any spelling', async () => {
    const lead = await createLead(house, agent, { value: '+79008880102', now: new Date('2026-01-15T12:00:00+03:00') });
    const found = async (query: string) =>
      (await staff.see(`/admin/leads?${query}`))
        .querySelectorAll('main td a.table-link[href^="/admin/leads/"]')
        .map((a) => a.getAttribute('href'));
    const mine = [`/admin/leads/${lead.id}`];
    expect(await found(`q=${encodeURIComponent('8 900 888-01-02')}`)).toEqual(mine);
    expect(await found('q=8880102')).toEqual(mine);
    expect(await found(`q=${encodeURIComponent('8 (900) 888-01')}`)).toEqual(mine);
    await house.database.db.lead.update({ where: { id: lead.id }, data: { comment: 'Просил Перезвонить' } });
    for (const part of ['Перезвонить', 'перезвон', 'ПРОСИЛ']) {
      expect(await found(`q=${encodeURIComponent(part)}`), part).toEqual(mine);
    }
    expect(await found(`from=2026-01-15&to=2026-01-15&source=self&files=yes&status=pending&agent=${agent.id}`)).toEqual(
      mine,
    );
    expect(await found('from=2026-01-15&to=2026-01-15&files=no')).toEqual([]);
    expect(await found('from=2026-01-15&to=2026-01-15&source=base')).toEqual([]);
  });

  test('approves the chosen leads, or all that wait in the filter, each once', async () => {
    const carol = await createUser(house);
    const leads = [await createLead(house, carol), await createLead(house, carol), await createLead(house, carol)];
    const [one, two, three] = leads.map(({ id }) => id);
    await decideLead(await house.ctxOf(anna), three ?? 0, 1, { verdict: 'rejected', note: 'нет' });
    const back = `/admin/leads?agent=${carol.id}`;
    expect((await staff.post('/admin/leads/approvals', { ids: [one ?? 0], back })).get('location')).toBe(back);
    const outsider = await createLead(house, agent);
    await Promise.all([1, 2].map(() => staff.post('/admin/leads/approvals', { all: '1', back }).expect(303)));
    expect(await leadOf(two ?? 0)).toMatchObject({ status: 'approved', version: 2 });
    expect(await leadOf(three ?? 0)).toMatchObject({ status: 'rejected' });
    expect(await leadOf(outsider.id)).toMatchObject({ status: 'pending' });
    expect(await house.database.db.leadEvent.count({ where: { leadId: two ?? 0 } })).toBe(2);
    seen(await staff.post('/admin/leads/approvals', { back }), 422);
  });

  test('pages forwards and backwards in every order without losing a lead', async () => {
    const dave = await createUser(house);
    for (let n = 0; n < 8; n += 1) {
      await house.ctxOf(dave).then(async () => {
        for (let m = 0; m < 5; m += 1) await createLead(house, dave);
      });
    }
    for (const sort of ['-id', 'agent', '-decided']) {
      const first = await staff.see(`/admin/leads?agent=${dave.id}&sort=${sort}`);
      const ids = (page: typeof first) =>
        page.querySelectorAll('[data-select-row]').map((box) => box.getAttribute('value'));
      const second = await staff.see(
        first.querySelector('a[rel=next]')?.getAttribute('href')?.replaceAll('&amp;', '&') ?? '',
      );
      expect(new Set([...ids(first), ...ids(second)]).size).toBe(40);
      const again = await staff.see(
        second.querySelector('a[rel=prev]')?.getAttribute('href')?.replaceAll('&amp;', '&') ?? '',
      );
      expect(ids(again)).toEqual(ids(first));
    }
  });
});

describe('An export', () => {
  async function sheetsOf(path: string): Promise<Record<string, string[][]>> {
    const answer = await staff
      .get(path)
      .buffer(true)
      .parse((res, done) => {
        const parts: Buffer[] = [];
        res.on('data', (part: Buffer) => parts.push(part));
        res.on('end', () => done(null, Buffer.concat(parts)));
      });
    expect(answer.status).toBe(200);
    const file = join(await mkdtemp(join(tmpdir(), 'lead-cabinet-export-')), 'file.xlsx');
    await writeFile(file, answer.body);
    const workbook = await openWorkbook(file);
    const sheets: Record<string, string[][]> = {};
    for (const sheet of workbook.sheets) {
      sheets[sheet.name] = [];
      for await (const rows of workbook.rows(sheet.index))
        sheets[sheet.name]?.push(...rows.map(({ cells }) => cells.map(String)));
    }
    await workbook.close();
    await rm(dirname(file), { recursive: true });
    return sheets;
  }

  test('in the old format has a sheet per lead type with the old columns, for one day and one agent', async () => {
    const erin = await createUser(house, { name: 'erin' });
    const now = new Date('2026-02-02T12:00:00+03:00');
    await createLead(house, erin, { value: '+79008880201', now });
    await createLead(house, erin, { value: '@erin_lead', now });
    await createLead(house, erin, { value: '+79008880202', now: new Date('2026-02-02T20:05:00+03:00') });
    const sheets = await sheetsOf(`/admin/leads/export/by-type?from=2026-02-02&to=2026-02-02&agent=${erin.id}`);
    expect(sheets.WhatsApp?.[0]).toEqual(['Value', 'User_ID', 'Username', 'Date', 'Источник', 'Ссылка']);
    expect(sheets.WhatsApp?.slice(1).map((row) => row.slice(0, 5))).toEqual([
      ['+79008880201', String(erin.id), 'erin', '02.02.2026 12:00', 'самостоятельный'],
    ]);
    expect(sheets.WhatsApp?.[1]?.[5]).toMatch(/^http.*\/admin\/leads\/\d+$/);
    expect(sheets.Telegram?.slice(1).map(([value]) => value)).toEqual(['@erin_lead']);
    expect(Object.keys(sheets)).toContain('Kwork');
  });

  test('of what is filtered has the same leads as the list, and is written to the journal', async () => {
    const sheets = await sheetsOf('/admin/leads/export/xlsx?from=2026-02-02&to=2026-02-02');
    expect(sheets.Лиды?.slice(1).map((row) => row[1])).toEqual(['+79008880201', '@erin_lead']);
    const csv = await staff.get('/admin/leads/export/csv?from=2026-02-02&to=2026-02-02').expect(200);
    expect(csv.text).toContain("'+79008880201");
    expect(
      await house.database.db.auditEvent.count({ where: { action: 'list.exported', actorId: anna.id } }),
    ).toBeGreaterThan(2);
  });
});

describe('Statistics', () => {
  test('equal the counts of the table, and a reopened lead is counted once', async () => {
    const fresh = await openTestHouse();
    try {
      const [worker, admin] = [await createUser(fresh), await createUser(fresh, { role: 'admin' })];
      const ctx = await fresh.ctxOf(admin);
      const today = businessDayOf(new Date(), ctx.clock);
      const old = new Date(Date.now() - 10 * 86_400_000);
      const leads = [
        await createLead(fresh, worker),
        await createLead(fresh, worker),
        await createLead(fresh, worker, { now: old }),
      ];
      const [one, two, three] = leads.map(({ id }) => id);
      await decideLead(ctx, one ?? 0, 1, { verdict: 'approved' });
      await reopenLead(ctx, one ?? 0, 2, { to: 'pending' });
      await decideLead(ctx, one ?? 0, 3, { verdict: 'approved' });
      await decideLead(ctx, two ?? 0, 1, { verdict: 'rejected', note: 'нет' });
      await decideLead(ctx, three ?? 0, 1, { verdict: 'approved' });
      const base = await fresh.database.db.baseType.findFirstOrThrow();
      await fresh.database.db.issuanceTally.create({
        data: { agentId: worker.id, baseTypeId: base.id, day: new Date(addDays(today, -2)), issued: 20 },
      });
      const page = await (await fresh.as(admin)).see('/admin/leads/stats?period=month');
      const row = (name: string) =>
        page
          .querySelectorAll('main tr')
          .find((tr) => tr.querySelector('td')?.innerText.trim() === name)
          ?.querySelectorAll('td')
          .slice(1)
          .map((td) => td.innerText.trim());
      // today, 7 days, 30 days, ever, then by status and the share.
      expect(row('WhatsApp')).toEqual(['2', '2', '3', '3', '0', '2', '1', '0', '67\u00a0%']);
      expect(row(worker.name)).toEqual(row('WhatsApp'));
      const funnel = page
        .querySelectorAll('main section section')[2]
        ?.querySelectorAll('b')
        .map((b) => b.innerText);
      expect(funnel).toEqual(['20', '3', '2']);
    } finally {
      await fresh.close();
    }
  });
});

describe('The digest', () => {
  test('tells an agent of all new decisions in one letter, once, and of a new decision again', async () => {
    const fay = await createUser(house);
    const ctx = await house.ctxOf(anna);
    const [one, two, three] = [
      await createLead(house, fay, { value: '+79005550001' }),
      await createLead(house, fay, { value: '+79005550002' }),
      await createLead(house, fay, { value: '+79005550003' }),
    ];
    await decideLead(ctx, one.id, 1, { verdict: 'approved' });
    await decideLead(ctx, two.id, 1, { verdict: 'rejected', note: 'На скриншоте другой контакт' });
    await decideLead(ctx, three.id, 1, { verdict: 'rework', note: 'Переснимите,\nне видно' });
    const digest = async () => {
      await house.queue.enqueue(ctx, 'leads.digest', {});
      await house.drain();
      return lettersTo(house.outbox, fay.email);
    };
    await digest();
    const letters = await digest();
    expect(letters).toHaveLength(1);
    expect(letters[0]?.text).toContain('Принято: 1. Отклонено: 1. На доработку: 1.');
    expect(letters[0]?.text.match(/^[✓✗↻].*$/gm)).toEqual([
      '✓ +79005550001',
      '✗ +79005550002: На скриншоте другой контакт',
      '↻ +79005550003: Переснимите, не видно',
    ]);
    await reopenLead(ctx, two.id, 2, { to: 'pending' });
    expect(await digest()).toHaveLength(1);
    await decideLead(ctx, two.id, 3, { verdict: 'approved' });
    expect(await digest()).toHaveLength(2);
  });
});

describe('The editor of lead types and reasons', () => {
  test('adds, renames and hides; a hidden type is not offered and what was reported stays', async () => {
    await staff.post('/admin/lead-types', { name: 'Дзен', code: 'dzen', position: 20 }).expect(303);
    const type = await house.database.db.leadType.findUniqueOrThrow({ where: { code: 'dzen' } });
    const page = seen(await staff.post('/admin/lead-types', { name: 'Ещё', code: 'dzen', position: 21 }), 422);
    expect(page.innerText).toContain('Такой код уже есть');
    const browser = await house.as(agent);
    const offered = async () =>
      (await browser.post('/cabinet/leads/recognition', { text: newPhone() })).text.includes('Дзен');
    expect(await offered()).toBe(true);
    await staff.post(`/admin/lead-types/${type.id}`, { name: 'Дзен', position: 20 }).expect(303);
    expect(await offered()).toBe(false);
    await staff.post('/admin/rejection-reasons', { text: 'Не тот город', position: 6 }).expect(303);
    await createLead(house, agent);
    expect((await staff.see('/admin/leads/queue')).innerText).toContain('Не тот город');
  });
});
