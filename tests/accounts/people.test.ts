import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { lettersTo } from '../support/letters.ts';
import { seen, type Visitor } from '../support/visitor.ts';

let house: TestHouse;
let desk: Visitor;
beforeAll(async () => {
  house = await openTestHouse();
  desk = await house.as(await createUser(house, { role: 'admin', name: 'Хозяйка' }));
});
afterAll(() => house.close());

const rowOf = (user: TestUser) => house.database.db.user.findUniqueOrThrow({ where: { id: user.id } });
const named = async (query: string, status = 200) =>
  (await desk.see(`/admin/users?${query}`, status))
    .querySelectorAll('tbody .person-name')
    .map((name) => name.innerText);
const subjects = async (user: TestUser) => {
  await house.drain();
  return (await lettersTo(house.outbox, user.email)).map(({ subject }) => subject);
};

describe('the list of people', () => {
  it('finds by name in any case, by part of the address, and by number', async () => {
    const user = await createUser(house, { name: 'Редкая_Птица' });
    for (const words of ['редкая', 'РЕДКАЯ', encodeURIComponent(user.email), `%23${user.id}`])
      expect(await named(`q=${words}`)).toEqual(['Редкая_Птица']);
    expect(await named('q=редкая%25')).toEqual([]);
  });

  it('counts truly on each tab, whatever tab is open', async () => {
    for (const status of ['pending', 'pending', 'approved', 'banned'] as const)
      await createUser(house, { name: `tabby-${Math.random().toString(36).slice(2)}`, status });
    const page = await desk.see('/admin/users?q=tabby&status=pending');
    expect(page.querySelectorAll('.tab-link .count').map((count) => count.innerText)).toEqual(['4', '2', '1', '1']);
    expect(page.querySelectorAll('tbody tr')).toHaveLength(2);
  });

  it('narrows by role, activity and confirmed address', async () => {
    const fresh = await createUser(house, { name: 'filtered-fresh' });
    const old = await createUser(house, { name: 'filtered-old', role: 'support' });
    await createUser(house, { name: 'filtered-never', confirmed: false });
    const { db } = house.database;
    await db.user.update({ where: { id: fresh.id }, data: { lastSeenAt: new Date() } });
    await db.user.update({ where: { id: old.id }, data: { lastSeenAt: new Date(Date.now() - 20 * 86_400_000) } });
    const of = async (query: string) => (await named(`q=filtered-&sort=name&${query}`)).map((name) => name.slice(9));
    expect(await of('activity=today')).toEqual(['fresh']);
    expect(await of('activity=month')).toEqual(['fresh', 'old']);
    expect(await of('activity=never')).toEqual(['never']);
    expect(await of('role=support')).toEqual(['old']);
    expect(await of('confirmed=no')).toEqual(['never']);
    expect(await of('sort=seen')).toEqual(['never', 'old', 'fresh']);
    expect(await of('role=nonsense')).toHaveLength(3);
  });

  it('walks page by page in every order, forward and back, each person once', async () => {
    for (let n = 0; n < 40; n += 1) await createUser(house, { name: `walker-${String(n).padStart(2, '0')}` });
    for (const sort of ['name', '-name', 'created', '-created', 'seen', '-seen']) {
      const first = await desk.see(`/admin/users?q=walker-&sort=${sort}`);
      const next = first.querySelector('a[rel=next]')?.getAttribute('href') ?? '';
      const second = await desk.see(next);
      const names = [first, second].flatMap((page) =>
        page.querySelectorAll('tbody .person-name').map((one) => one.innerText),
      );
      expect(new Set(names).size).toBe(40);
      const back = await desk.see(second.querySelector('a[rel=prev]')?.getAttribute('href') ?? '');
      expect(back.querySelectorAll('tbody .person-name').map((one) => one.innerText)).toEqual(names.slice(0, 25));
      if (sort === 'name') expect(names).toEqual([...names].sort());
    }
  });

  it('gives away what is filtered, and writes down who took it', async () => {
    await createUser(house, { name: 'exported-one' });
    await createUser(house, { name: 'exported-two', status: 'banned' });
    const answer = await desk.get('/admin/users/export?format=csv&q=exported-&status=banned').expect(200);
    const lines = answer.text.replace('\uFEFF', '').trim().split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('exported-two');
    expect(lines[1]).toContain('Доступ закрыт');
    expect(await house.database.db.auditEvent.count({ where: { action: 'list.exported' } })).toBe(1);
  });
});

describe('acts over many', () => {
  it('approves everybody whom the filter finds, past the page, and says who must confirm first', async () => {
    const waiting: TestUser[] = [];
    for (let n = 0; n < 55; n += 1) waiting.push(await createUser(house, { name: `crowd-${n}`, status: 'pending' }));
    const unconfirmed = await createUser(house, { name: 'crowd-unconfirmed', status: 'pending', confirmed: false });
    const outside = await createUser(house, { name: 'outsider', status: 'pending' });
    const back = '/admin/users?q=crowd-&status=pending&sort=name';
    const answer = await desk.post('/admin/users/approvals', { all: '1', ids: [outside.id], back }).expect(303);
    expect(answer.headers.location).toBe(back);
    expect((await desk.see(back)).innerText).toMatch(/Одобрено 55 заявок.*: 1/s);
    const approved = await house.database.db.user.count({
      where: { name: { startsWith: 'crowd-' }, status: 'approved' },
    });
    expect(approved).toBe(55);
    expect(await rowOf(unconfirmed)).toMatchObject({ status: 'pending' });
    expect(await rowOf(outside)).toMatchObject({ status: 'pending' });
    expect(await subjects(waiting[54] as TestUser)).toEqual(['Заявка одобрена']);
  });

  it('bans those who are ticked, and nobody else', async () => {
    const [a, b, c] = [await createUser(house), await createUser(house), await createUser(house)];
    const back = '/admin/users?status=approved';
    await desk.post('/admin/users/bans', { ids: [a.id, b.id], reason: 'Сезон закончен', back }).expect(303);
    expect((await desk.see(back)).innerText).toContain('Доступ закрыт 2 людям');
    expect([await rowOf(a), await rowOf(b), await rowOf(c)].map(({ status }) => status)).toEqual([
      'banned',
      'banned',
      'approved',
    ]);
  });

  it('asks for a reason and for somebody chosen, keeping the list as it stood', async () => {
    const user = await createUser(house, { name: 'reasonless' });
    const back = '/admin/users?q=reasonless';
    const page = seen(await desk.post('/admin/users/bans', { ids: [user.id], back }), 422);
    expect(page.querySelectorAll('tbody .person-name').map((name) => name.innerText)).toEqual(['reasonless']);
    expect(page.innerText).toContain('Укажите причину');
    seen(await desk.post('/admin/users/approvals', { back }), 422);
    expect(await rowOf(user)).toMatchObject({ status: 'approved' });
  });

  it('goes nowhere but to an address of ours', async () => {
    const user = await createUser(house, { status: 'pending' });
    const answer = await desk.post('/admin/users/approvals', { ids: [user.id], back: '//evil.example' }).expect(303);
    expect(answer.headers.location).toBe('/admin/users');
  });
});
