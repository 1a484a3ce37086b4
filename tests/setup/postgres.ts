import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { applyMigrations } from '../../src/migrations/index.ts';
import { startEmbeddedPostgres } from '../../src/postgres/index.ts';

export const TEMPLATE = 'template_house';

/** One throw-away PostgreSQL for the whole run, with a migrated database that `freshDatabase` copies. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startEmbeddedPostgres({ dataDir: '', mode: 'throwaway' });
  await migrateTemplate(server.url);
  project.provide('databaseServer', server.url);
  return server.stop;
}

async function migrateTemplate(serverUrl: string): Promise<void> {
  const template = new URL(serverUrl);
  template.pathname = `/${TEMPLATE}`;
  await administer(serverUrl, `CREATE DATABASE ${TEMPLATE}`);
  await applyMigrations(template.href);
  // PostgreSQL copies only what nobody is connected to.
  await administer(serverUrl, `ALTER DATABASE ${TEMPLATE} ALLOW_CONNECTIONS false`);
}

async function administer(serverUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
