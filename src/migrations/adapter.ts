import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import pg from 'pg';

const TEXT = 25;
const INTERNAL_CHAR = 18;

/**
 * The schema engine's way to PostgreSQL. It differs from the plain `PrismaPg` in three points. A migration script goes to the server
 * whole, and therefore in one transaction and with function bodies intact, where `PrismaPg` cuts it at every semicolon. The throw-away
 * database, in which migrations are replayed, is dropped after its own connections are closed. And the catalogue's one-letter
 * columns ("char", unlike char(1)), which the engine asks for and `PrismaPg` refuses to read, are read.
 */
export class MigrationAdapter implements SqlMigrationAwareDriverAdapterFactory {
  readonly provider = 'postgres';
  readonly adapterName = '@prisma/adapter-pg';
  private readonly databaseUrl: string;
  private readonly opened = new Set<SqlDriverAdapter>();

  constructor(databaseUrl: string) {
    this.databaseUrl = databaseUrl;
  }

  async connect(): Promise<SqlDriverAdapter> {
    return this.open(this.databaseUrl, async () => {});
  }

  async connectToShadowDb(): Promise<SqlDriverAdapter> {
    const name = `migrations_replay_${randomUUID().replaceAll('-', '')}`;
    await this.administer(`CREATE DATABASE ${name} TEMPLATE template0`);
    const url = new URL(this.databaseUrl);
    url.pathname = `/${name}`;
    return this.open(url.href, () => this.administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  }

  /** Closes whatever the engine left open. */
  async close(): Promise<void> {
    for (const adapter of this.opened) await adapter.dispose();
  }

  private async open(databaseUrl: string, afterwards: () => Promise<void>): Promise<SqlDriverAdapter> {
    const pool = new pg.Pool({ connectionString: databaseUrl });
    const adapter: SqlDriverAdapter = await new PrismaPg(pool).connect();
    readInternalChars(pool, adapter);
    adapter.executeScript = async (script) => {
      await pool.query(script);
    };
    adapter.dispose = async () => {
      if (!this.opened.delete(adapter)) return;
      await pool.end();
      await afterwards();
    };
    this.opened.add(adapter);
    return adapter;
  }

  private async administer(statement: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.databaseUrl });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  }
}

function readInternalChars(pool: pg.Pool, adapter: SqlDriverAdapter): void {
  const charColumns = new WeakMap<object, boolean[]>();
  const query = pool.query.bind(pool) as (request: pg.QueryConfig) => Promise<pg.QueryResult>;
  const queryRaw = adapter.queryRaw.bind(adapter);

  const queryWithoutChars = async (request: pg.QueryConfig) => {
    const result = await query(request);
    const fields = result.fields ?? [];
    if (result.rows)
      charColumns.set(
        result.rows,
        fields.map(({ dataTypeID }) => dataTypeID === INTERNAL_CHAR),
      );
    for (const field of fields) if (field.dataTypeID === INTERNAL_CHAR) field.dataTypeID = TEXT;
    return result;
  };
  Object.assign(pool, { query: queryWithoutChars });
  adapter.queryRaw = async (request) => {
    const result = await queryRaw(request);
    const isChar = charColumns.get(result.rows) ?? [];
    return {
      ...result,
      columnTypes: result.columnTypes.map((type, i) => (isChar[i] ? ColumnTypeEnum.Character : type)),
    };
  };
}
