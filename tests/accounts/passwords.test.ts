import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createUser, password, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { lettersTo } from '../support/letters.ts';
import { seen } from '../support/visitor.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await openTestHouse();
});
afterAll(() => house.close());
beforeEach(() => house.database.pool.query('DELETE FROM throttle_counters'));

const better = 'a much better password';
const logIn = (login: string, word: string) => house.visitor().post('/login', { login, password: word });
const actsOf = async (user: TestUser) =>
  (await house.database.db.auditEvent.findMany({ where: { userId: user.id }, orderBy: { id: 'asc' } })).map(
    ({ action }) => action,
  );

async function resetToken(user: TestUser): Promise<string> {
  await house.visitor().post('/password-reset', { email: user.email }).expect(303);
  await house.drain();
  return (await lettersTo(house.outbox, user.email)).at(-1)?.link.split('token=')[1] ?? '';
}

describe('password reset', () => {
  it('answers the same whether the address has an account or not', async () => {
    const user = await createUser(house);
    for (const email of [user.email, 'nobody@example.com']) {
      const answer = await house.visitor().post('/password-reset', { email }).expect(303);
      expect(answer.headers.location).toBe('/password-reset/sent');
    }
    await house.visitor().see('/password-reset/sent');
    await house.drain();
    expect(await lettersTo(house.outbox, 'nobody@example.com')).toEqual([]);
  });

  it('sets a new password once, ends every session, and tells the owner', async () => {
    const user = await createUser(house);
    const open = await house.as(user);
    const token = await resetToken(user);
    await house.visitor().see(`/password-reset/new?token=${token}`);
    const answers = await Promise.all(
      [1, 2].map(() => house.visitor().post('/password-reset/new', { token, newPassword: better })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422]);

    await open
      .get('/account')
      .expect(303)
      .expect('location', /^\/login/);
    await logIn(user.email, password).expect(422);
    await logIn(user.email, better).expect(303);
    await house.drain();
    expect((await lettersTo(house.outbox, user.email)).map(({ subject }) => subject)).toContain('Пароль изменён');
    expect(await actsOf(user)).toEqual(
      expect.arrayContaining(['password.reset_requested', 'password.reset', 'session.refused', 'session.opened']),
    );
  });

  it('does not use the link up on a password that is refused', async () => {
    const user = await createUser(house);
    const token = await resetToken(user);
    const page = seen(await house.visitor().post('/password-reset/new', { token, newPassword: 'password123' }), 422);
    expect(page.querySelector('#f-newPassword-error')?.innerText).toContain('подбирают первым');
    await house.visitor().post('/password-reset/new', { token, newPassword: user.email }).expect(422);
    await house.visitor().post('/password-reset/new', { token, newPassword: better }).expect(303);
  });

  it('gives the link one hour', async () => {
    const user = await createUser(house);
    const token = await resetToken(user);
    await house.database.pool.query(
      `UPDATE one_time_tokens SET created_at = created_at - interval '1 hour', expires_at = expires_at - interval '1 hour'`,
    );
    expect((await house.visitor().see(`/password-reset/new?token=${token}`)).innerText).toContain('не действует');
    await house.visitor().post('/password-reset/new', { token, newPassword: better }).expect(422);
    await logIn(user.email, password).expect(303);
  });

  it('writes to nobody whose access is closed', async () => {
    const user = await createUser(house, { status: 'banned' });
    await house.visitor().post('/password-reset', { email: user.email }).expect(303);
    await house.drain();
    expect(await lettersTo(house.outbox, user.email)).toEqual([]);
  });

  it('stops after three letters in a quarter of an hour', async () => {
    const { email } = await createUser(house);
    for (let n = 0; n < 3; n += 1) await house.visitor().post('/password-reset', { email }).expect(303);
    await house.visitor().post('/password-reset', { email }).expect(429);
  });
});

describe('change of password', () => {
  it('asks the current one, keeps this session and ends the others', async () => {
    const user = await createUser(house);
    const [here, there] = [await house.as(user), await house.as(user)];
    const refused = await here.post('/account/password', { currentPassword: 'not mine', newPassword: better });
    expect(seen(refused, 422).querySelector('#f-currentPassword-error')?.innerText).toContain('не подходит');
    await there.see('/account');

    await here.post('/account/password', { currentPassword: password, newPassword: better }).expect(303);
    await here.see('/account');
    await there.get('/account').expect(303);
    await logIn(user.email, password).expect(422);
    await logIn(user.email, better).expect(303);
    expect(await actsOf(user)).toEqual(expect.arrayContaining(['password.refused', 'password.changed']));
  });

  it('refuses a weak one', async () => {
    const user = await createUser(house);
    const here = await house.as(user);
    const answer = await here.post('/account/password', { currentPassword: password, newPassword: '1234567890' });
    expect(seen(answer, 422).querySelector('#f-newPassword-error')).not.toBeNull();
    await logIn(user.email, password).expect(303);
  });

  it('lets nobody guess the current password for long', async () => {
    const here = await house.as(await createUser(house));
    const guess = { currentPassword: 'a guess', newPassword: better };
    for (let n = 0; n < 10; n += 1) await here.post('/account/password', guess).expect(422);
    await here.post('/account/password', guess).expect(429);
  });
});

describe('change of e-mail', () => {
  async function asked(user: TestUser, email: string) {
    const here = await house.as(user);
    await here.post('/account/email', { email, emailPassword: password }).expect(303);
    await house.drain();
    const [letter] = await lettersTo(house.outbox, email);
    return { here, token: letter?.link.split('token=')[1], link: letter?.link ?? '' };
  }

  it('happens when the new address presses its link, and the old one is told', async () => {
    const user = await createUser(house, { confirmed: false, status: 'pending' });
    const { token, link } = await asked(user, 'moved@example.com');
    await logIn('moved@example.com', password).expect(422);
    await house.visitor().see(link);
    await house.visitor().post('/email-change', { token }).expect(303);
    await house.visitor().post('/email-change', { token }).expect(422);
    await logIn('moved@example.com', password).expect(303);
    await logIn(user.email, password).expect(422);
    const moved = await house.database.db.user.findUniqueOrThrow({ where: { id: user.id } });
    expect(moved.emailConfirmedAt).toBeInstanceOf(Date);
    await house.drain();
    expect((await lettersTo(house.outbox, user.email)).map(({ subject }) => subject)).toEqual(['Адрес почты изменён']);
  });

  it('asks the password, and says nothing of whether an address is used', async () => {
    const [user, other] = [await createUser(house), await createUser(house)];
    const { here, token } = await asked(user, other.email);
    expect(token).toBeUndefined();
    const answer = await here.post('/account/email', { email: 'x@example.com', emailPassword: 'wrong one' });
    expect(seen(answer, 422).querySelector('#f-emailPassword-error')).not.toBeNull();
  });

  it('is refused when somebody has taken the address meanwhile', async () => {
    const { token } = await asked(await createUser(house), 'wanted@example.com');
    const rival = await createUser(house);
    await house.database.db.user.update({ where: { id: rival.id }, data: { email: 'wanted@example.com' } });
    const page = seen(await house.visitor().post('/email-change', { token }), 422);
    expect(page.innerText).toContain('занят');
  });
});
