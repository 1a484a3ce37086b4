import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { knock, signIn } from '../support/knock.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await openTestHouse();
});
afterAll(() => house.close());

/** How many requests wait for a lock. */
const waiting = async (): Promise<number | null> => {
  const waits = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
  return (await house.database.pool.query(waits)).rowCount;
};

test('a browser hears where to go only when its session is saved', async () => {
  const cookie = await signIn(house, (await createUser(house)).email);
  const { pool } = house.database;
  const lock = await pool.connect();
  await lock.query('BEGIN; LOCK TABLE sessions IN SHARE MODE');
  let answered = false;
  const answer = knock(house.url, 'post', '/account/mailing', { cookie }).then((heard) => {
    answered = true;
    return heard;
  });
  // The request is now at the write of its session, or has answered too early.
  await expect.poll(async () => answered || (await waiting())).toBeTruthy();
  expect(answered).toBe(false);
  await lock.query('COMMIT');
  lock.release();
  expect((await answer).status).toBe(303);
});

test('a stranger who has nothing to remember leaves no session', async () => {
  const { rows: before } = await house.database.pool.query('SELECT count(*) FROM sessions');
  await knock(house.url, 'post', '/theme', { form: { theme: 'dark', back: '/login' } });
  const { rows: after } = await house.database.pool.query('SELECT count(*) FROM sessions');
  expect(after).toEqual(before);
});

test('a form that was on its way while its person ended the other sessions does not end this one with them', async () => {
  const cookie = await signIn(house, (await createUser(house)).email);
  const lock = await house.database.pool.connect();
  await lock.query('BEGIN; LOCK TABLE consents IN ACCESS EXCLUSIVE MODE');
  const form = knock(house.url, 'post', '/account/mailing', { cookie, form: { mailing: '1' } });
  await expect.poll(waiting).toBe(1);
  expect((await knock(house.url, 'post', '/account/sessions/ending', { cookie })).status).toBe(303);
  await lock.query('COMMIT');
  lock.release();
  expect((await form).location).toBe('/account#consents');
  expect((await knock(house.url, 'get', '/account', { cookie })).status).toBe(200);
});

test('a session that could not be prolonged is prolonged by the next request', async () => {
  const user = await createUser(house);
  const here = await house.as(user);
  const { pool } = house.database;
  const its = `sess -> 'passport' ->> 'user' = '${user.id}'`;
  const days = async (): Promise<number> =>
    (await pool.query(`SELECT extract(day FROM expire - now())::int AS days FROM sessions WHERE ${its}`)).rows[0].days;
  await pool.query(`UPDATE sessions SET expire = now() + interval '30 hours' WHERE ${its}`);
  await pool.query(
    `ALTER TABLE sessions ADD CONSTRAINT no_longer CHECK (expire < now() + interval '2 days') NOT VALID`,
  );
  await here.get('/account').catch(() => undefined);
  expect(await days()).toBe(1);
  await pool.query('ALTER TABLE sessions DROP CONSTRAINT no_longer');
  await here.get('/account').expect(200);
  expect(await days()).toBeGreaterThan(10);
});
