import pg from 'pg';
import { expect, test } from 'vitest';
import { BEGINNING, newQueueHead, queueHead, raiseQueueHead } from '../../src/modules/bases/queue-heads.ts';

const noon = new Date('2026-03-04T09:00:00Z');
const after = (seconds: number): Date => new Date(noon.getTime() + seconds * 1000);

test('a head is believed for a minute, and never lowered', () => {
  const pool = new pg.Pool();
  raiseQueueHead(queueHead(pool, 1, noon), 500);
  raiseQueueHead(queueHead(pool, 1, after(59)), 400);
  expect(queueHead(pool, 1, after(59)).place).toBe(500);
  expect(queueHead(pool, 1, after(60)).place).toBe(BEGINNING);
});

test('who began with an old head tells nothing of the one that has taken its place', () => {
  const pool = new pg.Pool();
  const old = queueHead(pool, 1, noon);
  raiseQueueHead(queueHead(pool, 1, after(61)), 3);
  raiseQueueHead(old, 1_000_000);
  expect(queueHead(pool, 1, after(62)).place).toBe(3);
});

test('a queue that was found too short begins at its beginning again, and no other base or database does', () => {
  const [pool, another] = [new pg.Pool(), new pg.Pool()];
  for (const [where, base] of [
    [pool, 1],
    [pool, 2],
    [another, 1],
  ] as const)
    raiseQueueHead(queueHead(where, base, noon), 7);
  newQueueHead(pool, 1, noon);
  expect([queueHead(pool, 1, noon).place, queueHead(pool, 2, noon).place, queueHead(another, 1, noon).place]).toEqual([
    BEGINNING,
    7,
    7,
  ]);
});
