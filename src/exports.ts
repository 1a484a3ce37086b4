import pg from 'pg';
import { to } from 'pg-copy-streams';
import { poolDoor, type SqlDoor } from './db.ts';
import { HttpError } from './errors.ts';
import { inlined, type Sql } from './lib/sql.ts';

/** A connection of the exports' own, as of one moment of the database; it writes nothing. */
export type Reading = {
  sql: SqlDoor;
  /** The rows of a SELECT as COPY writes them. Instants are `04.03.2026 12:30:00` in the house's zone, days `04.03.2026`. */
  copy(sql: Sql): AsyncGenerator<Buffer>;
  /** Gives the connection back; one that is still busy, because nobody wants its rows any more, is closed. */
  end(): Promise<void>;
};

export type Exports = {
  /** A reader who takes nothing for so long has lost his file: others wait for the connection. */
  readonly stallSeconds: number;
  /** Throws Busy when all connections stay taken for the time that one may wait. */
  open(): Promise<Reading>;
  close(): Promise<void>;
};

/** As many big files as may be made at once are being made. */
export class Busy extends HttpError {
  constructor() {
    super(503, { key: 'errors:exportsBusy' });
  }
}

/**
 * Opens the pool for big files. It is not the pages': a slow download holds its connection for as long as it lasts. A reader who takes
 * nothing is sent away by the web (see web/table-download), so a statement may last.
 */
export function openExports(
  url: string,
  {
    atOnce,
    waitSeconds,
    stallSeconds,
    zone,
  }: { atOnce: number; waitSeconds: number; stallSeconds: number; zone: string },
  onError: (error: Error) => void,
): Exports {
  const pool = new pg.Pool({
    connectionString: url,
    max: atOnce,
    connectionTimeoutMillis: waitSeconds * 1000,
    idleTimeoutMillis: 10_000,
    statement_timeout: 3_600_000,
    lock_timeout: 10_000,
    idle_in_transaction_session_timeout: 300_000,
    application_name: 'lead-cabinet exports',
    options: '-c jit=off',
  });
  pool.on('error', onError);
  pool.on('connect', (client) => client.on('error', () => {}));
  return {
    stallSeconds,
    async open() {
      const client = await pool.connect().catch((error: unknown) => {
        throw pool.totalCount >= atOnce ? new Busy() : error;
      });
      return openReading(client, zone);
    },
    close: () => pool.end(),
  };
}

async function openReading(client: pg.PoolClient, zone: string): Promise<Reading> {
  let copying = false;
  const end = async (): Promise<void> => {
    const broken = copying || (await client.query('ROLLBACK').then(...fine));
    client.release(broken);
  };
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(`SELECT set_config('TimeZone', $1, true)`, [zone]);
  } catch (error) {
    await end();
    throw error;
  }
  return {
    sql: poolDoor(client),
    async *copy(sql) {
      // The driver reads times as ISO only.
      await client.query('SET LOCAL DateStyle TO German');
      copying = true;
      const rows = client.query(to(`COPY (${inlined(sql)}) TO STDOUT`));
      // Nobody may be listening when the connection goes.
      rows.on('error', () => {});
      yield* rows;
      copying = false;
      await client.query('SET LOCAL DateStyle TO ISO');
    },
    end,
  };
}

const fine = [() => false, () => true] as const;
