import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { knock, signIn } from '../support/knock.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await openTestHouse();
});
afterAll(() => house.close());

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
  await expect
    .poll(
      async () =>
        answered ||
        (
          await pool.query(
            "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
          )
        ).rowCount,
    )
    .toBeTruthy();
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
