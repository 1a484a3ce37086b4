import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { readConfig } from '../../src/config.ts';
import { openHouse } from '../../src/house.ts';
import { applyMigrations } from '../../src/migrations/index.ts';
import { startEmbeddedPostgres } from '../../src/postgres/index.ts';
import { createLog } from '../../src/web/log.ts';

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
  await installQueues(template.href);
  // PostgreSQL copies only what nobody is connected to.
  await administer(serverUrl, `ALTER DATABASE ${TEMPLATE} ALLOW_CONNECTIONS false`);
}

/** The queue's own tables too: making them takes longer than everything else that opening a house does. */
async function installQueues(url: string): Promise<void> {
  const config = readConfig({ NODE_ENV: 'test', DATABASE_URL: url, SESSION_SECRET: 'x'.repeat(32) });
  const house = await openHouse(config, createLog({ level: 'silent', pretty: false }), { works: false });
  await house.close();
}

async function administer(serverUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
