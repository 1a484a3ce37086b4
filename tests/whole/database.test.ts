import { afterAll, beforeAll, expect, test } from 'vitest';
import { inSqlTransaction } from '../../src/ctx.ts';
import { q } from '../../src/lib/sql.ts';
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
