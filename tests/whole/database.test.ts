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

test('moments and lists of words come as they are kept, plain or not', async () => {
  const words = [[], ['a', 'б'], ['a b', ''], ['NULL', 'null'], ['{', '}', '\\', '"', ','], ['[0:1]={']];
  const moments = [
    '2026-11-21T10:00:00.123Z',
    '0044-03-15T00:00:00.000Z',
    '0099-12-31T23:59:59.500Z',
    '9999-01-01T00:00:00.000Z',
  ];
  for (const list of words) {
    const row = await house.database.sql.row<{ list: string[] }>(q`SELECT ${list}::text[] AS list`);
    expect(row?.list).toEqual(list);
  }
  const nothing = await house.database.sql.row<{ list: unknown }>(q`SELECT ARRAY[NULL, 'a', 'NULL'] AS list`);
  expect(nothing?.list).toEqual([null, 'a', 'NULL']);
  for (const zone of ['UTC', 'Asia/Kolkata']) {
    await inSqlTransaction(house.ctx(), async (tx) => {
      await tx.sql.run(q`SELECT set_config('TimeZone', ${zone}, true)`);
      for (const moment of moments) {
        const row = await tx.sql.row<{ at: Date }>(q`SELECT ${moment}::timestamptz + interval '0.000456 s' AS at`);
        expect(row?.at.toISOString()).toBe(moment);
      }
      const edges = await tx.sql.row<{ before: Date; far: number }>(
        q`SELECT timestamptz '0044-03-15 00:00:00+00 BC' AS before, timestamptz 'infinity' AS far`,
      );
      expect([edges?.before.getUTCFullYear(), edges?.far]).toEqual([-43, Number.POSITIVE_INFINITY]);
    });
  }
});
