import { expect, test } from 'vitest';
import type { SqlDoor } from '../../src/db.ts';
import { sharedRows } from '../../src/lib/shared-rows.ts';
import { compile, q } from '../../src/lib/sql.ts';

type Answer = { resolve: (rows: object[]) => void; reject: (error: Error) => void };

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** A door whose answers come when the test says so. */
function openDoor() {
  const asked: string[] = [];
  const answers: Answer[] = [];
  const rows = (sql: Parameters<SqlDoor['rows']>[0]) => {
    const { text, values } = compile(sql);
    asked.push(`${text} ${values}`);
    return new Promise<object[]>((resolve, reject) => answers.push({ resolve, reject }));
  };
  const answer = (at: number): Answer => {
    const one = answers[at];
    if (!one) throw new Error(`nobody asked ${at} yet`);
    return one;
  };
  return { sql: { rows } as unknown as SqlDoor, asked, answer };
}

test('who asks while the same is being answered shares the next answer, so that nobody’s is older than his asking', async () => {
  const { sql, asked, answer } = openDoor();
  const ask = (id: number) => sharedRows<{ at: number }>(sql, q`SELECT ${id}`);
  const first = ask(1);
  await nextTurn();
  const [second, third, other] = [ask(1), ask(1), ask(2)];
  expect(asked).toEqual(['SELECT $1 1', 'SELECT $1 2']);
  answer(0).resolve([{ at: 1 }]);
  answer(1).resolve([{ at: 2 }]);
  expect([await first, await other]).toEqual([[{ at: 1 }], [{ at: 2 }]]);
  await expect.poll(() => asked).toEqual(['SELECT $1 1', 'SELECT $1 2', 'SELECT $1 1']);
  answer(2).resolve([{ at: 3 }]);
  expect(await second).toEqual([{ at: 3 }]);
  expect(await third).toBe(await second);
  await nextTurn();
  ask(1);
  expect(asked).toHaveLength(4);
});

test('who asks in the very turn in which the same was asked shares that question: nobody can have learned anything since', async () => {
  const { sql, asked, answer } = openDoor();
  const ask = () => sharedRows<{ at: number }>(sql, q`SELECT 1`);
  const first = ask();
  const second = Promise.resolve().then(ask);
  expect(asked).toHaveLength(1);
  answer(0).resolve([{ at: 1 }]);
  expect([await first, await second]).toEqual([[{ at: 1 }], [{ at: 1 }]]);
  await nextTurn();
  expect(asked).toHaveLength(1);
});

test('a failure is of those who asked for it, and not of those who wait', async () => {
  const { sql, asked, answer } = openDoor();
  const first = sharedRows(sql, q`SELECT 1`);
  await nextTurn();
  const second = sharedRows(sql, q`SELECT 1`);
  answer(0).reject(new Error('away'));
  await expect(first).rejects.toThrow('away');
  await expect.poll(() => asked).toHaveLength(2);
  answer(1).resolve([]);
  expect(await second).toEqual([]);
});

test('an answer that does not come holds up nobody for long', async () => {
  const { sql, asked, answer } = openDoor();
  void sharedRows(sql, q`SELECT 1`);
  await nextTurn();
  const second = sharedRows(sql, q`SELECT 1`);
  await expect.poll(() => asked).toHaveLength(2);
  answer(1).resolve([]);
  expect(await second).toEqual([]);
});
