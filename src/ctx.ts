import type { Pool } from 'pg';
import { type Database, type Db, type DbTransaction, poolDoor, prismaDoor, type SqlDoor } from './db.ts';
import type { Exports } from './exports.ts';
import type { FileStore } from './files/store.ts';
import type { Jobs } from './jobs/queue.ts';
import type { BusinessClock as Clock } from './lib/business-day.ts';
import { type CopiedRows, copiedRows } from './lib/copied-rows.ts';
import type { Sql } from './lib/sql.ts';
import type { Live } from './live/live.ts';
import type { Permission, Role, Status } from './permissions.ts';

export type Locale = 'ru' | 'en';

export type Actor = {
  id: number;
  name: string;
  email: string;
  role: Role;
  status: Status;
  emailConfirmed: boolean;
  permissions: ReadonlySet<Permission>;
};

/** What the house gives to every verb besides the database: made once a process. */
export type Services = {
  jobs: Jobs;
  files: FileStore;
  clock: Clock;
  baseUrl: string;
  uploadMaxMb: number;
  /** Rows of an import that are written in one transaction. */
  importBatchRows: number;
  live: Live;
  exports: Exports;
  /** Whether the bot is switched on. Who talks to Telegram is jobs alone. */
  telegram: { on: boolean; mode: 'off' | 'webhook' | 'polling' };
};

/** Where a request came from, for the audit. */
export type Origin = { ip: string | null; userAgent: string | null };

/** Every verb's first argument. Inside `inSqlTransaction` there is no `db`: the two doors never share a transaction. */
export type SqlCtx = Services & {
  sql: SqlDoor;
  actor: Actor | null;
  requestId: string;
  now: Date;
  locale: Locale;
  origin: Origin;
};
export type Ctx = SqlCtx & { db: Db | DbTransaction; pool: Pool };

/** Where the rows of a big file are read: `sql` speaks on a connection of the exports' own, as of one moment, and only reads. */
export type ReadingCtx = SqlCtx & { copy(sql: Sql, width: number): AsyncGenerator<CopiedRows> };

export type CtxParts = Partial<Pick<Ctx, 'actor' | 'requestId' | 'now' | 'locale' | 'origin'>>;

/** Makes a ctx; requests, jobs and tests all do it here. */
export function makeCtx(database: Database, services: Services, parts: CtxParts = {}): Ctx {
  return {
    ...services,
    db: database.db,
    pool: database.pool,
    sql: database.sql,
    actor: parts.actor ?? null,
    requestId: parts.requestId ?? crypto.randomUUID(),
    now: parts.now ?? new Date(),
    locale: parts.locale ?? 'ru',
    origin: parts.origin ?? { ip: null, userAgent: null },
  };
}

/** The actor, where there must be one: a route's permission has already seen to it. */
export function actorOf(ctx: SqlCtx): Actor {
  if (!ctx.actor) throw new Error('This verb needs an actor');
  return ctx.actor;
}

/** Runs ordinary acts in one Prisma transaction; `tx.sql` speaks inside it too. A call within a transaction joins it. */
export function inTransaction<T>(ctx: Ctx, work: (tx: Ctx) => Promise<T>): Promise<T> {
  if (!('$transaction' in ctx.db)) return work(ctx);
  return ctx.db.$transaction((db) => work({ ...ctx, db, sql: prismaDoor(db) }), { maxWait: 5_000, timeout: 25_000 });
}

/** Runs a hot verb in one plain PostgreSQL transaction (READ COMMITTED). */
export async function inSqlTransaction<T>(ctx: Ctx, work: (tx: SqlCtx) => Promise<T>): Promise<T> {
  const client = await ctx.pool.connect();
  let broken: Error | undefined;
  try {
    // Not waited for: it goes out with the first statement. What could fail it, a lost connection, fails that one too, and the work has
    // ended before the connection is given back.
    const begun = client.query('BEGIN');
    begun.catch(() => undefined);
    const { db: _db, pool: _pool, ...rest } = ctx;
    const result = await work({ ...rest, sql: poolDoor(client) });
    await begun;
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((e: Error) => {
      broken = e;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Reads for a big file. Throws Busy when too many are being made; the connection is given back whatever happens. */
export async function inReading<T>(ctx: Ctx, work: (ctx: ReadingCtx) => Promise<T>): Promise<T> {
  const reading = await ctx.exports.open();
  try {
    const { db: _db, pool: _pool, ...rest } = ctx;
    return await work({ ...rest, sql: reading.sql, copy: (sql, width) => copiedRows(reading.copy(sql), width) });
  } finally {
    await reading.end();
  }
}
