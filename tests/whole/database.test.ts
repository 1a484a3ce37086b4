import { afterAll, beforeAll, expect, test } from 'vitest';
import { inSqlTransaction } from '../../src/ctx.ts';
import { q } from '../../src/lib/sql.ts';
import { createUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await openTestHouse();
});
afterAll(() => house.close());

test('a connection that the server ends in mid-transaction fails that act and nothing else', async () => {
  const act = inSqlTransaction(house.ctx(), async (tx) => {
    const connection = await tx.sql.row<{ pid: number }>(q`SELECT pg_backend_pid() AS pid`);
    await house.database.sql.run(q`SELECT pg_terminate_backend(${connection?.pid}::int, 5000)`);
    await tx.sql.run(q`SELECT 1`);
  });
  await expect(act).rejects.toThrow();
  expect(await house.database.sql.row(q`SELECT 1 AS one`)).toEqual({ one: 1 });
});

test('a page whose connection the server ends says that the house is away for a moment, and is there again after', async () => {
  const desk = await house.as(await createUser(house, { role: 'admin' }));
  const client = await house.database.pool.connect();
  try {
    await client.query('BEGIN; LOCK TABLE base_types IN ACCESS EXCLUSIVE MODE');
    const page = desk.get('/admin/bases').then(({ status }) => status);
    await expect
      .poll(async () => (await house.database.pool.query(endWaiting)).rowCount, { timeout: 10_000 })
      .toBeGreaterThan(0);
    expect(await page).toBe(503);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
  await desk.get('/admin/bases').expect(200);
});

const endWaiting = `
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND wait_event_type = 'Lock'`;
