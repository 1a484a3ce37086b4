import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await openTestHouse();
});
afterAll(() => house.close());

const phone = 'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36';

describe('own sessions', () => {
  it('are listed with device and address, this one marked', async () => {
    const user = await createUser(house);
    const here = await house.as(user);
    const there = house.visitor({ 'user-agent': phone });
    await there.post('/login', { login: user.name, password: 'correct horse battery' }).expect(303);
    const page = await here.see('/account');
    const rows = page.querySelectorAll('#sessions li').map((row) => row.innerText.replace(/\s+/g, ' '));
    expect(rows).toHaveLength(2);
    expect(rows[0]).toContain('этот');
    expect(rows[1]).toContain('Chrome, Android');
    expect(rows[1]).toMatch(/127\.0\.0\.1/);
  });

  it('never show a session id', async () => {
    const user = await createUser(house);
    const page = await (await house.as(user)).see('/account');
    const { rows } = await house.database.pool.query('SELECT sid FROM sessions');
    for (const { sid } of rows) expect(page.toString()).not.toContain(sid);
  });

  it('end one at a time: that one at once, the rest go on', async () => {
    const user = await createUser(house);
    const [here, second] = [await house.as(user), await house.as(user)];
    const third = house.visitor({ 'user-agent': phone });
    await third.post('/login', { login: user.email, password: 'correct horse battery' }).expect(303);
    const page = await here.see('/account');
    const row = page.querySelectorAll('#sessions li').find((one) => one.innerText.includes('Android'));
    await here.post(row?.querySelector('form')?.getAttribute('action') ?? '').expect(303);
    await third
      .get('/account')
      .expect(303)
      .expect('location', /^\/login/);
    await second.see('/account');
    expect((await here.see('/account')).querySelectorAll('#sessions li')).toHaveLength(2);
  });

  it('end all others at once', async () => {
    const user = await createUser(house);
    const [here, there] = [await house.as(user), await house.as(user)];
    await here.post('/account/sessions/ending').expect(303);
    await there.get('/account').expect(303);
    expect((await here.see('/account')).querySelectorAll('#sessions li')).toHaveLength(1);
    expect(await house.database.db.auditEvent.count({ where: { userId: user.id, action: 'sessions.ended' } })).toBe(1);
  });

  it("are nobody else's to end", async () => {
    const [alice, bob] = [await createUser(house), await createUser(house)];
    const [hers, hers2, his] = [await house.as(alice), await house.as(alice), await house.as(bob)];
    const action = (await hers.see('/account')).querySelector('#sessions li form')?.getAttribute('action') ?? '';
    expect(action).toMatch(/^\/account\/sessions\/[0-9a-f]{64}\/ending$/);
    await his.post(action).expect(404);
    await hers2.see('/account');
  });

  it('logging out ends this one only, and is written down', async () => {
    const user = await createUser(house);
    const [here, there] = [await house.as(user), await house.as(user)];
    await here.post('/logout').expect(303);
    await here.get('/account').expect(303);
    await there.see('/account');
    expect(await house.database.db.auditEvent.count({ where: { userId: user.id, action: 'session.closed' } })).toBe(1);
  });
});

describe('consent to letters with news', () => {
  it('is withdrawn and given again, each time with a date', async () => {
    const user = await createUser(house);
    const here = await house.as(user);
    await here.post('/account/mailing', { mailing: '1' }).expect(303);
    expect((await here.see('/account')).querySelector('#f-mailing')?.hasAttribute('checked')).toBe(true);
    await here.post('/account/mailing').expect(303);
    expect((await here.see('/account')).querySelector('#f-mailing')?.hasAttribute('checked')).toBe(false);
    const consents = await house.database.db.consent.findMany({ where: { userId: user.id } });
    expect(consents.map(({ kind, withdrawnAt }) => [kind, withdrawnAt instanceof Date])).toEqual([['mailing', true]]);
  });
});

describe('a pending person', () => {
  it('sees where the application stands: the address first', async () => {
    const user = await createUser(house, { status: 'pending', confirmed: false });
    const here = await house.as(user);
    const page = await here.see('/cabinet');
    expect(page.querySelector('[aria-current=step]')?.innerText).toContain('Подтверждение почты');
    expect(page.querySelector('form[action="/cabinet/confirmation"]')).not.toBeNull();
    await here.post('/cabinet/confirmation').expect(303);
    expect(await house.database.db.oneTimeToken.count({ where: { userId: user.id } })).toBe(1);
  });

  it('sees that the administrator decides, once the address is confirmed', async () => {
    const here = await house.as(await createUser(house, { status: 'pending' }));
    const page = await here.see('/cabinet');
    expect(page.querySelector('[aria-current=step]')?.innerText).toContain('Одобрение');
    expect(page.querySelector('form[action="/cabinet/confirmation"]')).toBeNull();
  });

  it('may write to support and see the own account, and nothing else', async () => {
    const here = await house.as(await createUser(house, { status: 'pending' }));
    for (const path of ['/cabinet/support', '/account', '/cabinet']) await here.see(path);
    for (const path of ['/cabinet/contacts', '/cabinet/contacts/new', '/cabinet/limits'])
      await here.get(path).expect(303).expect('location', '/cabinet');
    await here.post('/cabinet/issuances', { baseTypeId: 1, amount: 1 }).expect(403);
  });

  it('once approved finds the main acts at home, and the numbers of the day', async () => {
    const page = await (await house.as(await createUser(house))).see('/cabinet');
    expect(page.querySelectorAll('.stat-value').map((value) => value.innerText.trim())).toEqual(Array(6).fill('0'));
    for (const href of ['/cabinet/contacts', '/cabinet/leads/new', '/cabinet/support'])
      expect(page.querySelector(`a[href="${href}"]`)).not.toBeNull();
  });
});

describe('people who log in at the same moment', () => {
  it('each get their own session, never another one’s', async () => {
    const users = await Promise.all(Array.from({ length: 12 }, () => createUser(house)));
    const browsers = await Promise.all(users.map((user) => house.as(user)));
    const pages = await Promise.all(browsers.map((browser) => browser.see('/account')));
    users.forEach((user, i) => {
      expect(pages[i]?.toString()).toContain(user.email);
    });
  });
});
