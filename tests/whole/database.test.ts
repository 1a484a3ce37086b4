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

test('a page whose connections the server ends says that the house is away for a moment, and is there again after', async () => {
  const desk = await house.as(await createUser(house, { role: 'admin' }));
  await whileLocked('base_types', async () => {
    let answer = 0;
    void desk.get('/admin/bases').then(({ status }) => {
      answer = status;
    });
    await expect.poll(() => endWaiting('%').then(() => answer), { timeout: 10_000 }).toBe(503);
  });
  await desk.get('/admin/bases').expect(200);
});

test('a read whose lane the server ends is asked again on another connection: nobody notices', async () => {
  const desk = await house.as(await createUser(house, { role: 'admin' }));
  let page: Promise<number> | undefined;
  await whileLocked('base_types', async () => {
    page = desk.get('/admin/bases').then(({ status }) => status);
    await expect.poll(() => endWaiting('% lane'), { timeout: 10_000 }).toBeGreaterThan(0);
  });
  expect(await page).toBe(200);
});

async function whileLocked(table: string, work: () => Promise<void>): Promise<void> {
  const client = await house.database.pool.connect();
  try {
    await client.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    await work();
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

/** Ends the connections of such a name that wait for a lock; says how many. */
async function endWaiting(name: string): Promise<number> {
  const { rowCount } = await house.database.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND wait_event_type = 'Lock' AND application_name LIKE $1`,
    [name],
  );
  return rowCount ?? 0;
}
