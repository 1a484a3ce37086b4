import { fileURLToPath } from 'node:url';
import { AlreadyRunning, startEmbeddedPostgres } from './index.ts';

/** Where a clone keeps the data of its embedded server. */
export const DATA_DIR = fileURLToPath(new URL('../../var/postgres', import.meta.url));

/** Lends the database of `DATABASE_URL`, or else that of the embedded server, which is started for the occasion unless it already runs. */
export async function withDatabase<T>(databaseUrl: string | undefined, use: (url: string) => Promise<T>): Promise<T> {
  if (databaseUrl) return use(databaseUrl);
  try {
    return await withServer('durable', use);
  } catch (error) {
    if (error instanceof AlreadyRunning) return use(error.url);
    throw error;
  }
}

/** Lends a new, empty database that is gone afterwards. */
export function withThrowawayDatabase<T>(use: (url: string) => Promise<T>): Promise<T> {
  return withServer('throwaway', use);
}

async function withServer<T>(mode: 'durable' | 'throwaway', use: (url: string) => Promise<T>): Promise<T> {
  const server = await startEmbeddedPostgres({ dataDir: DATA_DIR, mode });
  try {
    return await use(server.url);
  } finally {
    await server.stop();
  }
}
