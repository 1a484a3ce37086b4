import pg from 'pg';
import { applyMigrations } from '../../src/migrations/index.ts';
import { ensureDatabase } from '../../src/postgres/database.ts';
import type { RigPostgres } from '../rig/postgres.ts';

/** A migrated database with nothing in it but what migrations bring. Gives its address. */
export async function emptyDatabase(server: RigPostgres, name: string): Promise<string> {
  const url = server.urlOf(name);
  await ensureDatabase(url);
  await applyMigrations(url);
  return url;
}

/** A copy of a database to which nobody is connected. Gives its address. */
export async function copyDatabase(server: RigPostgres, template: string, name: string): Promise<string> {
  await withClient(server.urlOf('postgres'), async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
  });
  return server.urlOf(name);
}

export const dropDatabase = (server: RigPostgres, name: string): Promise<void> =>
  withClient(server.urlOf('postgres'), async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  });

/** Opens a connection for some work and closes it whatever happens. No time limit: a bench builds millions of rows. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
