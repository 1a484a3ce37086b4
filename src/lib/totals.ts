import { sharedRows } from './shared-rows.ts';
import { fixed, q, type Sql } from './sql.ts';

/** How many a list holds: exactly `count`, or more than `count` where counting on costs more than it tells. */
export type Total = { count: number; more: boolean };
type Door = Parameters<typeof sharedRows>[0];

export const MOST_COUNTED = 10_000;

export const exactly = (count: number): Total => ({ count, more: false });

/** What rows counted to one more than `most` say. */
export const totalOf = (counted: number, most: number): Total =>
  counted > most ? { count: most, more: true } : exactly(counted);

/** A number as SQL: the rows of `from` (tables and conditions), not looking further than `most`. */
export const countUpTo = (most: number, from: Sql): Sql =>
  q`(SELECT count(*)::int FROM (SELECT FROM ${from} LIMIT ${fixed(most)}) AS found)`;

/** The rows of `from`, counted to ten thousand. */
export async function countTotal(sql: Door, from: Sql): Promise<Total> {
  const [row] = await sharedRows<{ count: number }>(sql, q`SELECT ${countUpTo(MOST_COUNTED + 1, from)} AS count`);
  return totalOf(row?.count ?? 0, MOST_COUNTED);
}

/** What a navigation badge shows: up to 99, and 100 for more. */
export const badgeCount = (from: Sql): Sql => countUpTo(100, from);
