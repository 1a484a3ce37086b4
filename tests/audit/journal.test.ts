import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { record } from '../../src/modules/audit/index.ts';
import { createUser, password, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import type { Visitor } from '../support/visitor.ts';

let house: TestHouse;
let admin: TestUser;
let agent: TestUser;
let desk: Visitor;
beforeAll(async () => {
  house = await openTestHouse();
  admin = await createUser(house, { role: 'admin', name: 'Хозяйка' });
  agent = await createUser(house, { name: 'Агент.007' });
  desk = await house.as(admin);
});
afterAll(() => house.close());

const titles = async (query: string) =>
  (await desk.see(`/admin/audit?${query}`)).querySelectorAll('td.cell-title').map((cell) => cell.innerText.trim());
const actionsOf = async (user: TestUser) =>
  (await house.database.db.auditEvent.findMany({ where: { userId: user.id }, orderBy: { id: 'asc' } })).map(
    ({ action }) => action,
  );

describe('the journal holds every security event', () => {
  it('a login, a refused one, a stopped one and a logout', async () => {
    const user = await createUser(house);
    const visitor = house.visitor();
    for (let n = 0; n < 9; n += 1) await visitor.post('/login', { login: user.name, password: 'guess' }).expect(422);
    await visitor.post('/login', { login: user.name, password }).expect(303);
    await visitor.post('/logout').expect(303);
    for (let n = 0; n < 10; n += 1) await visitor.post('/login', { login: user.name, password: 'guess' }).expect(422);
    for (let n = 0; n < 3; n += 1) await visitor.post('/login', { login: user.name, password }).expect(429);
    const actions = await actionsOf(user);
    expect(actions.filter((action) => action === 'session.refused')).toHaveLength(19);
    expect(actions.slice(9, 11)).toEqual(['session.opened', 'session.closed']);
    const stopped = await house.database.db.auditEvent.findMany({ where: { action: 'tries.throttled' } });
    expect(stopped.map(({ details }) => details)).toEqual([{ what: 'login:account', login: user.name.toLowerCase() }]);
  });

  it('a page that a signed-in person may not open, without its query', async () => {
    const user = await createUser(house);
    await (await house.as(user)).get('/admin/audit?token=secret').expect(403);
    const event = await house.database.db.auditEvent.findFirst({
      where: { action: 'access.refused', userId: user.id },
    });
    expect(event).toMatchObject({ actorId: user.id, details: { method: 'GET', path: '/admin/audit' } });
  });

  it('never the password', async () => {
    const { rows } = await house.database.pool.query(`SELECT 1 FROM audit_events WHERE details::text LIKE $1`, [
      `%${password}%`,
    ]);
    expect(rows).toEqual([]);
  });

  it('and is never rewritten', async () => {
    await expect(house.database.pool.query(`UPDATE audit_events SET action = 'x'`)).rejects.toThrow('not rewritten');
  });
});

describe('the page of the journal', () => {
  beforeAll(async () => {
    const ctx = { ...(await house.ctxOf(admin)), origin: { ip: '203.0.113.7', userAgent: 'Firefox/140' } };
    const old = new Date('2026-03-05T20:59:00Z');
    await record(
      { ...ctx, now: old },
      {
        action: 'user.role_changed',
        subject: { type: 'user', id: agent.id },
        userId: agent.id,
        details: { before: 'user', after: 'support' },
      },
    );
    await record(
      { ...ctx, now: old },
      {
        action: 'user.banned',
        subject: { type: 'user', id: agent.id },
        userId: agent.id,
        details: { reason: 'спам 100% жалоб' },
      },
    );
    await record({ ...ctx, now: old }, { action: 'parrot.fed', details: { seeds: { black: 3 } } });
  });

  it('shows who did what to whom in words, with a link to the subject', async () => {
    const page = await desk.see('/admin/audit?action=user.role_changed');
    const row = page.querySelector('tbody tr');
    expect(row?.innerText).toContain('Роль изменена');
    expect(row?.innerText.replace(/\s+/g, ' ')).toContain('было: агент стало: поддержка');
    expect(row?.innerText).toContain('203.0.113.7');
    expect(row?.querySelector(`a[href="/admin/users/${agent.id}"]`)?.innerText).toContain(`#${agent.id}`);
    expect(row?.querySelector(`a[href="/admin/users/${admin.id}"]`)?.innerText).toBe('Хозяйка');
  });

  it('shows only the first of many ids, and how many there are', async () => {
    const ids = Array.from({ length: 900 }, (_, n) => n + 1000);
    await record(await house.ctxOf(admin), { action: 'parrots.counted', details: { ids, from: '2026-03-05' } });
    const text = (await desk.see('/admin/audit?action=parrots.counted')).querySelector('tbody')?.innerText ?? '';
    expect(text).toContain('1000, 1001');
    expect(text).toContain('… (900)');
    expect(text).not.toContain('1020');
    expect(text).toContain('05.03.2026');
  });

  it('shows an action that nobody gave words to by its name, never as bare JSON', async () => {
    const page = await desk.see('/admin/audit?action=parrot.fed');
    expect(page.querySelector('tbody')?.innerText).toContain('parrot.fed');
    expect(page.querySelector('tbody')?.innerText).not.toContain('{');
  });

  it.each([
    ['who did it, by name', 'actor=хозяй&action=user', 2],
    ['who did it, by number', () => `actor=%23${admin.id}&action=user`, 2],
    ['whom it concerns', () => `person=${encodeURIComponent(agent.name)}&actor=хозяйка`, 2],
    ['the subject', () => `subject=user:${agent.id}`, 2],
    ['the address', 'ip=203.0.113.', 3],
    ['the name of the person concerned, among all words', () => `q=${encodeURIComponent('агент.00')}&actor=хозяйка`, 2],
    ['words in the details, taken as they stand', 'q=100%25%20жалоб', 1],
    ['a sign that means "anything" in SQL', 'q=100_', 0],
    ['the last day, of the business zone', 'from=2026-03-05&to=2026-03-05', 3],
    ['a day before', 'to=2026-03-04', 0],
    ['a date that is none', 'from=2026-02-31&ip=203.0.113.7', 3],
  ])('is narrowed by %s', async (_what, query, count) => {
    expect(await titles(typeof query === 'string' ? query : query())).toHaveLength(count);
  });

  it('walks page by page, each event once', async () => {
    const all = await house.database.db.auditEvent.count();
    const ctx = await house.ctxOf(admin);
    for (let n = all; n < 60; n += 1) await record(ctx, { action: 'session.closed', details: { login: `n${n}` } });
    const pages: string[][] = [];
    let path: string | undefined = '/admin/audit?q=';
    while (path) {
      const page = await desk.see(path);
      pages.push(page.querySelectorAll('tbody tr').map((row) => row.innerText));
      path = page.querySelector('a[rel=next]')?.getAttribute('href')?.replaceAll('&amp;', '&');
    }
    expect(pages.map((rows) => rows.length)).toEqual([25, 25, 10]);
    const back = await desk.see('/admin/audit');
    const second = back.querySelector('a[rel=next]')?.getAttribute('href') ?? '';
    const previous = (await desk.see(second)).querySelector('a[rel=prev]')?.getAttribute('href') ?? '';
    expect((await desk.see(previous)).querySelectorAll('tbody tr')).toHaveLength(25);
  });

  it('gives away what is filtered as a file, and writes that down', async () => {
    const answer = await desk.get('/admin/audit/export?format=csv&action=user.banned').expect(200);
    expect(answer.headers['content-type']).toContain('text/csv');
    const lines = answer.text.trim().split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('причина: спам 100% жалоб');
    const workbook = await desk.get('/admin/audit/export?action=user.banned').expect(200);
    expect(workbook.headers['content-type']).toContain('spreadsheetml');
    expect(await house.database.db.auditEvent.count({ where: { action: 'list.exported', actorId: admin.id } })).toBe(2);
  });

  it('is not for support', async () => {
    await (await house.as(await createUser(house, { role: 'support' }))).get('/admin/audit').expect(403);
  });
});
