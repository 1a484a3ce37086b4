import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { House } from '../../src/house.ts';
import {
  addDays,
  type BusinessClock,
  type BusinessDay,
  businessDayBounds,
  businessDayOf,
} from '../../src/lib/business-day.ts';
import { createRandom, type Random } from './random.ts';

/** What the pieces of the demo share. */
export type World = {
  house: House;
  client: pg.Client;
  random: Random;
  now: Date;
  clock: BusinessClock;
  today: BusinessDay;
  people: Record<string, number>;
  /** A moment of the working hours, `ago` business days before today, never later than now. */
  moment(ago: number): Date;
  day(ago: number): BusinessDay;
  uuid(): string;
};

export const days = 60;

export function createWorld({ house, client, now }: Pick<World, 'house' | 'client' | 'now'>): World {
  const random = createRandom(20_261);
  const { clock } = house.services;
  const today = businessDayOf(now, clock);
  const day = (ago: number): BusinessDay => addDays(today, -ago);
  return {
    house,
    client,
    random,
    now,
    clock,
    today,
    day,
    people: {},
    moment(ago) {
      const { from, until } = businessDayBounds(day(ago), clock);
      // A business day begins in the evening before: people work in its last eleven hours.
      const opens = Math.max(from.getTime(), until.getTime() - 11 * 3_600_000);
      const shuts = Math.min(until.getTime() - 60_000, now.getTime() - 60_000);
      const begins = Math.min(opens, Math.max(from.getTime(), shuts - 3_600_000));
      return new Date(begins + random.next() * Math.max(shuts - begins, 0));
    },
    uuid: randomUUID,
  };
}

type Column = 'int' | 'text' | 'timestamptz' | 'date' | 'uuid' | 'bool' | 'jsonb' | (string & {});

/** Inserts many rows in one statement; `columns` names them with their types. */
export async function insertAll<C extends Record<string, Column>>(
  client: pg.Client,
  table: string,
  columns: C,
  rows: Record<keyof C, unknown>[],
): Promise<void> {
  if (rows.length === 0) return;
  const names = Object.keys(columns);
  const arrays = names.map((name, i) => `$${i + 1}::${columns[name] === 'jsonb' ? 'text' : columns[name]}[]`);
  const casts = names.map((name) => (columns[name] === 'jsonb' ? `u."${name}"::jsonb` : `u."${name}"`));
  const quoted = names.map((name) => `"${name}"`).join(', ');
  const values = names.map((name) => rows.map((row) => row[name]));
  const from = `unnest(${arrays.join(', ')}) AS u(${quoted})`;
  await client.query(`INSERT INTO ${table} (${quoted}) SELECT ${casts.join(', ')} FROM ${from}`, values);
}

/** Takes `count` ids of a table, so that rows can name each other before they are written. */
export async function reserveIds(client: pg.Client, table: string, count: number): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `SELECT nextval(pg_get_serial_sequence($1, 'id'))::int AS id FROM generate_series(1, $2)`,
    [table, count],
  );
  return rows.map(({ id }) => id);
}
