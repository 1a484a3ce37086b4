import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { lettersTo } from '../support/letters.ts';
import { seen, type Visitor } from '../support/visitor.ts';

let house: TestHouse;
let admin: TestUser;
let desk: Visitor;
beforeAll(async () => {
  house = await openTestHouse();
  admin = await createUser(house, { role: 'admin', name: 'Хозяйка' });
  desk = await house.as(admin);
});
afterAll(() => house.close());

const rowOf = (user: TestUser) => house.database.db.user.findUniqueOrThrow({ where: { id: user.id } });
const subjects = async (user: TestUser) => {
  await house.drain();
  return (await lettersTo(house.outbox, user.email)).map(({ subject }) => subject);
};
const auditOf = (user: TestUser, action: string) =>
  house.database.db.auditEvent.findMany({ where: { userId: user.id, action } });

/** Contacts in the person's hands; the first of them has an outcome. */
async function giveContacts({ database: { db } }: TestHouse, user: TestUser, count: number): Promise<void> {
  const base = await db.baseType.findFirstOrThrow();
  const requestId = crypto.randomUUID();
  const issuance = await db.issuance.create({
    data: {
      agentId: user.id,
      baseTypeId: base.id,
      requestId,
      wanted: count,
      allowed: count,
      given: count,
      day: new Date(),
    },
  });
  const held = { agentId: user.id, issuanceId: issuance.id, issuedAt: new Date(), state: 'issued' as const };
  for (let n = 0; n < count; n += 1) {
    const key = `telegram:held_${user.id}_${n}`;
    await db.contact.create({
      data: { baseTypeId: base.id, key, value: key, ...held, ...(n === 0 ? { outcome: 'refused' } : {}) },
    });
  }
}

describe('a decision about one person', () => {
  it('an approval opens the cabinet, is mailed, and is written down', async () => {
    const user = await createUser(house, { status: 'pending' });
    const theirs = await house.as(user);
    await desk.see(`/admin/users/${user.id}`);
    await desk.post(`/admin/users/${user.id}/approval`).expect(303);
    await desk.post(`/admin/users/${user.id}/approval`).expect(303);
    expect(await rowOf(user)).toMatchObject({ status: 'approved', decidedById: admin.id });
    expect((await theirs.see('/cabinet')).querySelector('a[href="/cabinet/leads/new"]')).not.toBeNull();
    expect(await subjects(user)).toEqual(['Заявка одобрена']);
    expect(await auditOf(user, 'user.approved')).toHaveLength(1);
  });

  it('an application whose address is not confirmed cannot be approved, and the page says why', async () => {
    const user = await createUser(house, { status: 'pending', confirmed: false });
    const page = seen(await desk.post(`/admin/users/${user.id}/approval`), 422);
    expect(page.innerText).toContain('Почта ещё не подтверждена');
    expect(await rowOf(user)).toMatchObject({ status: 'pending' });
  });

  it("a banned agent's open session ends at once, in every instance", async () => {
    const user = await createUser(house);
    const [first, second] = [await house.as(user), await house.as(user)];
    await desk.post(`/admin/users/${user.id}/ban`, { reason: 'Жалобы клиентов' }).expect(303);
    for (const session of [first, second])
      await session
        .get('/cabinet')
        .expect(303)
        .expect('location', /^\/login/);
    const refused = await house.visitor().post('/login', { login: user.name, password: 'correct horse battery' });
    expect(seen(refused, 422).innerText).toContain('Доступ закрыт');
    expect(await rowOf(user)).toMatchObject({ status: 'banned', sessionEpoch: 1, decisionReason: 'Жалобы клиентов' });
    await house.drain();
    const [letter] = await lettersTo(house.outbox, user.email);
    expect(letter?.text).toContain('Жалобы клиентов');
  });

  it('who was at work when he was banned is told so at the login, as long as it is true; a stranger is not', async () => {
    const user = await createUser(house);
    const [ended, here] = [await house.as(user), await house.as(user)];
    await here.post('/account/sessions/ending').expect(303);
    await desk.post(`/admin/users/${user.id}/ban`, { reason: 'Жалобы клиентов' }).expect(303);
    // The page asks by itself for news before anything is sent.
    await here.get('/cabinet/support/unread').expect(303);
    const { location = '' } = (await here.post('/cabinet/limits', { reason: 'ещё' }).expect(303)).headers;
    const words = async (visitor: Visitor) => (await visitor.see(location)).innerText.includes('Доступ закрыт');
    expect([await words(here), await words(here)]).toEqual([true, true]);
    await ended.get('/cabinet').expect(303);
    expect([await words(ended), await words(house.visitor())]).toEqual([false, false]);
    await desk.post(`/admin/users/${user.id}/ban/lifting`, { to: 'approved' }).expect(303);
    expect(await words(here)).toBe(false);
  });

  it('a ban takes back what nobody worked, if asked to, in the same act', async () => {
    const [kept, taken] = [await createUser(house), await createUser(house)];
    for (const user of [kept, taken]) await giveContacts(house, user, 3);
    await desk.post(`/admin/users/${kept.id}/ban`, { reason: 'x' }).expect(303);
    expect((await desk.see(`/admin/users/${taken.id}`)).querySelector('#f-returnContacts')).not.toBeNull();
    await desk.post(`/admin/users/${taken.id}/ban`, { reason: 'x', returnContacts: '1' }).expect(303);
    const held = (user: TestUser) => house.database.db.contact.count({ where: { agentId: user.id } });
    expect([await held(kept), await held(taken)]).toEqual([3, 1]);
    const [event] = await auditOf(taken, 'user.banned');
    expect(event?.details).toEqual({ before: 'approved', reason: 'x', returned: 2 });
  });

  it('a ban needs a reason', async () => {
    const user = await createUser(house);
    seen(await desk.post(`/admin/users/${user.id}/ban`, { reason: ' ' }), 422);
    expect(await rowOf(user)).toMatchObject({ status: 'approved' });
  });

  it('a lifted ban lets the person in again, but not the sessions from before', async () => {
    const user = await createUser(house);
    const before = await house.as(user);
    await desk.post(`/admin/users/${user.id}/ban`, { reason: 'Ошибка' }).expect(303);
    await desk.see(`/admin/users/${user.id}`);
    await desk.post(`/admin/users/${user.id}/ban/lifting`, { to: 'approved' }).expect(303);
    await before
      .get('/cabinet')
      .expect(303)
      .expect('location', /^\/login/);
    await (await house.as(user)).see('/cabinet');
    expect((await subjects(user)).sort()).toEqual(['Доступ восстановлен', 'Доступ закрыт']);
  });

  it('a lifted ban may put the person back among the applications', async () => {
    const user = await createUser(house, { status: 'banned', confirmed: false });
    await desk.post(`/admin/users/${user.id}/ban/lifting`, { to: 'approved' }).expect(422);
    await desk.post(`/admin/users/${user.id}/ban/lifting`, { to: 'pending' }).expect(303);
    expect(await rowOf(user)).toMatchObject({ status: 'pending' });
  });

  it('a new role counts from the next request on: open sessions end', async () => {
    const user = await createUser(house);
    const theirs = await house.as(user);
    await desk.post(`/admin/users/${user.id}/role`, { role: 'support' }).expect(303);
    await theirs
      .get('/cabinet')
      .expect(303)
      .expect('location', /^\/login/);
    await (await house.as(user)).see('/admin/users');
    const [event] = await auditOf(user, 'user.role_changed');
    expect(event?.details).toEqual({ before: 'user', after: 'support' });
  });

  it('ends the sessions of a lost phone', async () => {
    const user = await createUser(house);
    const theirs = await house.as(user);
    expect((await desk.see(`/admin/users/${user.id}/sessions`)).querySelectorAll('tbody tr')).toHaveLength(1);
    await desk.post(`/admin/users/${user.id}/sessions/ending`).expect(303);
    await theirs.get('/cabinet').expect(303);
    expect((await desk.see(`/admin/users/${user.id}/sessions`)).querySelectorAll('tbody tr')).toHaveLength(0);
  });

  it('a pending person who is to be staff sees none of the staff pages', async () => {
    const here = await house.as(await createUser(house, { status: 'pending', role: 'admin' }));
    await here.get('/admin/users').expect(303).expect('location', '/cabinet');
    await here.see('/cabinet');
  });

  it('nobody who does not exist has a card', async () => {
    await desk.get('/admin/users/999999').expect(404);
    await desk.get('/admin/users/abc').expect(404);
    await desk.post('/admin/users/999999/ban', { reason: 'x' }).expect(404);
  });
});

describe('the last administrator stays', () => {
  it('nobody bans or demotes himself', async () => {
    await desk.post(`/admin/users/${admin.id}/ban`, { reason: 'x' }).expect(422);
    await desk.post(`/admin/users/${admin.id}/role`, { role: 'user' }).expect(422);
    await desk.post('/admin/users/bans', { ids: [admin.id], reason: 'x', back: '/admin/users' }).expect(303);
    expect(await rowOf(admin)).toMatchObject({ status: 'approved', role: 'admin' });
  });

  it('of two who ban each other at the same moment one remains', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [a, b] = [await createUser(house, { role: 'admin' }), await createUser(house, { role: 'admin' })];
      const [as, bs] = [await house.as(a), await house.as(b)];
      await Promise.all([
        as.post(`/admin/users/${b.id}/ban`, { reason: 'x' }),
        bs.post(`/admin/users/${a.id}/role`, { role: 'user' }),
      ]);
      const [left, right] = [await rowOf(a), await rowOf(b)];
      const stays = [left, right].filter(({ role, status }) => role === 'admin' && status === 'approved');
      expect(stays).toHaveLength(1);
    }
  });

  it('support sees the list and the card but decides nothing', async () => {
    const user = await createUser(house, { status: 'pending' });
    const support = await house.as(await createUser(house, { role: 'support' }));
    const page = await support.see(`/admin/users/${user.id}`);
    expect(page.querySelector(`form[action="/admin/users/${user.id}/approval"]`)).toBeNull();
    await support.post(`/admin/users/${user.id}/approval`).expect(403);
    await support.post(`/admin/users/${user.id}/ban`, { reason: 'x' }).expect(403);
    await support.post(`/admin/users/${user.id}/role`, { role: 'admin' }).expect(403);
    await support.post('/admin/users/approvals', { all: '1', back: '/admin/users' }).expect(403);
    await support.get('/admin/users/export').expect(403);
    expect(await rowOf(user)).toMatchObject({ status: 'pending' });
  });
});
