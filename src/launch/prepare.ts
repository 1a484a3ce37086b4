import { applyMigrations } from '../migrations/index.ts';
import { AlreadyRunning, type EmbeddedPostgres, startEmbeddedPostgres } from '../postgres/index.ts';
import { DATA_DIR } from '../postgres/location.ts';
import { generateClient } from './client.ts';
import { type DemoLogin, loadDemo } from './demo.ts';
import { loadEnvironment } from './environment.ts';

export type Prepared = { logins: DemoLogin[]; stopDatabase(): Promise<void> };

/**
 * Does all that must be done before the application can start: the Prisma client and `styles` at the same time as the database; then
 * migrations; then the demo, where the database is our own. Leaves the database's address in DATABASE_URL.
 */
export async function prepare(styles: () => Promise<void>): Promise<Prepared> {
  loadEnvironment();
  const [database] = await Promise.all([openDatabase(), generateClient(), styles()]);
  try {
    const url = process.env.DATABASE_URL ?? '';
    for (const name of await applyMigrations(url)) console.log(`Applied migration ${name}.`);
    return { logins: database ? await loadDemo(url) : [], stopDatabase: async () => database?.stop() };
  } catch (error) {
    await database?.stop();
    throw error;
  }
}

async function openDatabase(): Promise<EmbeddedPostgres | undefined> {
  if (process.env.DATABASE_URL) return undefined;
  try {
    const database = await startEmbeddedPostgres({ dataDir: DATA_DIR, mode: 'durable' });
    process.env.DATABASE_URL = database.url;
    return database;
  } catch (error) {
    if (!(error instanceof AlreadyRunning)) throw error;
    console.error(`Lead Cabinet already runs from this folder, as process ${error.owner}. Stop that one first.`);
    return process.exit(1);
  }
}
