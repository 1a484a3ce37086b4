import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../src/db.ts';
import { createQueue } from '../../src/jobs/queue.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await openTestHouse();
});
afterAll(() => house.close());

test("the queue's own upkeep speaks through our door, several statements at a time", async () => {
  const database = openDatabase(house.config.DATABASE_URL ?? '', { connections: 4, lanes: 0 }, () => {});
  const faults: Error[] = [];
  const queue = createQueue({
    sql: database.sql,
    jobs: [],
    zone: 'Europe/Moscow',
    supervise: true,
    onError: (e) => faults.push(e),
  });
  await queue.open();
  await queue.boss.supervise();
  await queue.close();
  await database.close();
  expect(faults).toEqual([]);
});
