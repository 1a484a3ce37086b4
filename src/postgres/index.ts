import { rm } from 'node:fs/promises';
import { accountForPostgres } from './account.ts';
import { postgresBinaries } from './binaries.ts';
import {
  type Cluster,
  createCluster,
  dataOf,
  type Login,
  postmasterPid,
  ROLE,
  readLogin,
  removeStaleLock,
  startServer,
  stopServer,
  writeLogin,
} from './cluster.ts';
import { ensureDatabase } from './database.ts';
import { settleFolder, throwawayFolder } from './folders.ts';
import { guard } from './guardian.ts';
import { freePort } from './port.ts';
import { isAlive, isPostgres } from './process.ts';
import type { Mode } from './settings.ts';

export type EmbeddedPostgres = { url: string; stop(): Promise<void> };

/** Somebody else, a living process, uses the database of this folder. */
export class AlreadyRunning extends Error {
  readonly owner: number;
  readonly url: string;

  constructor(owner: number, url: string) {
    super(`The database of this folder is in use by process ${owner}.`);
    this.owner = owner;
    this.url = url;
  }
}

/**
 * Runs a PostgreSQL of our own for as long as this process lives. `durable` keeps its data in `dataDir` and survives any crash;
 * `throwaway` ignores `dataDir`, forgets everything when it stops and is fast. A server left behind by a process that is gone is stopped first.
 */
export async function startEmbeddedPostgres(options: { dataDir: string; mode: Mode }): Promise<EmbeddedPostgres> {
  const throwaway = options.mode === 'throwaway';
  const account = accountForPostgres();
  const binaries = await postgresBinaries(account);
  const folder = throwaway ? await throwawayFolder(account) : await settleFolder(options.dataDir, account);
  const cluster: Cluster = { folder, account, binaries };

  await createCluster(cluster, options.mode);
  const login = await readLogin(cluster);
  await takeOver(cluster, login);
  const port = await freePort(login.port);
  const guardian = guard(dataOf(cluster), account, throwaway ? folder : undefined);
  await startServer(cluster, options.mode, port);
  guardian.started();
  await writeLogin(cluster, { ...login, port, owner: process.pid });

  const url = urlOf({ ...login, port });
  await ensureDatabase(url);
  return {
    url,
    async stop() {
      await stopServer(cluster);
      guardian.farewell();
      if (throwaway) await rm(folder, { recursive: true, force: true });
    },
  };
}

async function takeOver(cluster: Cluster, login: Login): Promise<void> {
  const server = await postmasterPid(cluster);
  if (server === undefined) return;
  // A number that nobody has is left to PostgreSQL, which then makes sure that no orphan of the dead server still writes.
  if (!isAlive(server)) return;
  if (!(await isPostgres(server))) return removeStaleLock(cluster);
  if (isAlive(login.owner)) throw new AlreadyRunning(login.owner, urlOf(login));
  await stopServer(cluster);
}

function urlOf({ password, port }: Login): string {
  return `postgresql://${ROLE}:${password}@127.0.0.1:${port}/${ROLE}`;
}
