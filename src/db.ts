import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from './generated/prisma/client.ts';
import { openLanes, type Statement } from './lanes.ts';
import { compile, type Sql } from './lib/sql.ts';
import { setValueParsers } from './pg-values.ts';

export type Db = PrismaClient;
export type DbTransaction = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0];

/** The quick door to PostgreSQL for hot reads and verbs. A `name` makes it a prepared statement of that name. */
export type SqlDoor = {
  rows<T extends object>(sql: Sql, name?: string): Promise<T[]>;
  row<T extends object>(sql: Sql, name?: string): Promise<T | undefined>;
  run(sql: Sql, name?: string): Promise<number>;
  /** For libraries that bring their own text, such as the queue. */
  raw(text: string, values?: unknown[]): Promise<object[]>;
};

/** The queries of the quick door, for a library that brings its own text. */
export type Quick = { query(statement: Statement): Promise<pg.QueryResult> };

export type Database = { pool: pg.Pool; db: Db; sql: SqlDoor; quick: Quick; close(): Promise<void> };

setValueParsers();

/**
 * Opens one pool for both doors, and so many lanes for the prepared reads of pages (see lanes.ts). Every wait is bounded: without these
 * limits a cut network hangs a request for ever. On a connection of the pool, too, what is asked without waiting goes out at once. The pool needs its error listener: an idle client that loses its server
 * would otherwise end the process.
 */
export function openDatabase(
  url: string,
  { connections, lanes: count }: { connections: number; lanes: number },
  onError: (error: Error) => void,
): Database {
  const options: pg.ClientConfig = {
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    query_timeout: 35_000,
    statement_timeout: 30_000,
    lock_timeout: 10_000,
    idle_in_transaction_session_timeout: 30_000,
    application_name: 'lead-cabinet',
    // Ours are short queries by the thousand: compiling one takes longer than running it.
    options: '-c jit=off',
  };
  const pool = new pg.Pool({ ...options, max: connections, idleTimeoutMillis: 30_000, pipeline: true });
  pool.on('error', onError);
  // The pool listens only while a client is idle. One that loses its server in mid-transaction would end the process; the act
  // that holds it learns of it from its next query.
  pool.on('connect', (client) => client.on('error', () => {}));
  const db = new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: false }) });
  const lanes = openLanes(options, count, pool);
  const close = async (): Promise<void> => {
    await db.$disconnect();
    await lanes.close();
    if (!pool.ended) await pool.end();
  };
  return { pool, db, sql: { ...poolDoor(pool), ...doorOver(lanes) }, quick: lanes, close };
}

/** The SQL door over a pool or one client of it. */
export const poolDoor = (client: pg.Pool | pg.PoolClient): SqlDoor => ({
  ...doorOver(client),
  raw: async (text, values) => rowsOf(await client.query(text, values)),
});

function doorOver(client: Quick): Omit<SqlDoor, 'raw'> {
  const query = (sql: Sql, name?: string) => client.query(name ? { name, ...compile(sql) } : compile(sql));
  return {
    rows: async (sql, name) => (await query(sql, name)).rows,
    row: async (sql, name) => (await query(sql, name)).rows[0],
    run: async (sql, name) => (await query(sql, name)).rowCount ?? 0,
  };
}

// The queue sends several statements in one text, which pg answers with a list of results.
const rowsOf = (result: pg.QueryResult | pg.QueryResult[]): object[] =>
  Array.isArray(result) ? result.flatMap(({ rows }) => rows) : result.rows;

/** The SQL door inside a Prisma transaction, so that an audit row or a job joins whichever transaction is open. */
export function prismaDoor(tx: DbTransaction): SqlDoor {
  const query = <T>(sql: Sql): Promise<T[]> => {
    const { text, values } = compile(sql);
    return tx.$queryRawUnsafe<T[]>(text, ...values);
  };
  return {
    rows: query,
    row: async <T extends object>(sql: Sql) => (await query<T>(sql))[0],
    run: (sql) => {
      const { text, values } = compile(sql);
      return tx.$executeRawUnsafe(text, ...values);
    },
    raw: (text, values = []) => tx.$queryRawUnsafe<object[]>(text, ...values),
  };
}
