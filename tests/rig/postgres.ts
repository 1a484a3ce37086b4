import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { accountForPostgres } from '../../src/postgres/account.ts';
import { postgresBinaries } from '../../src/postgres/binaries.ts';
import {
  type Cluster,
  createCluster,
  dataOf,
  postmasterPid,
  ROLE,
  readLogin,
  removeStaleLock,
  startServer,
  stopServer,
} from '../../src/postgres/cluster.ts';
import { throwawayFolder } from '../../src/postgres/folders.ts';
import { guard } from '../../src/postgres/guardian.ts';
import { freePort } from '../../src/postgres/port.ts';
import { isPostgres } from '../../src/postgres/process.ts';
import { insist } from './insist.ts';

export type RigPostgres = {
  urlOf(database: string): string;
  /** Process numbers of this server's backends that serve the application's connections to a database. */
  backends(database: string): Promise<number[]>;
  /** Kills the postmaster with no chance to say goodbye, waits for its children to go, and starts it again: crash recovery. */
  crash(): Promise<void>;
  stop(): Promise<void>;
};

/** A PostgreSQL of this proof's own: thrown away afterwards, yet durable while it lives, or its recovery would prove nothing. */
export async function startRigPostgres(): Promise<RigPostgres> {
  const account = accountForPostgres();
  const folder = await throwawayFolder(account);
  const cluster: Cluster = { folder, account, binaries: await postgresBinaries(account) };
  await createCluster(cluster, 'durable');
  const { password } = await readLogin(cluster);
  const port = await freePort();
  const urlOf = (database: string): string => `postgresql://${ROLE}:${password}@127.0.0.1:${port}/${database}`;
  const begin = async () => {
    const guardian = guard(dataOf(cluster), account, folder);
    await startServer(cluster, 'durable', port);
    guardian.started();
    return guardian;
  };
  let guardian = await begin();

  return {
    urlOf,
    backends: (database) =>
      pidsWhere(
        urlOf('postgres'),
        `datname = '${database}' AND backend_type = 'client backend' AND application_name LIKE 'lead-cabinet%'`,
      ),
    async crash() {
      // After the last kill it may still recover, and then tells nobody.
      const children = await insist(() => pidsWhere(urlOf('postgres'), 'true'));
      const postmaster = await postmasterPid(cluster);
      if (postmaster === undefined) throw new Error('The server has no lock file');
      process.kill(postmaster, 'SIGKILL');
      await gone([postmaster, ...children]);
      await removeStaleLock(cluster);
      guardian.farewell();
      guardian = await begin();
    },
    async stop() {
      await stopServer(cluster);
      guardian.farewell();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

// A server on data that an orphan still writes would be our own sabotage, not a crash.
async function gone(pids: number[]): Promise<void> {
  for (const pid of pids) while (await isPostgres(pid)) await pause(10);
}

async function pidsWhere(url: string, condition: string): Promise<number[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND ${condition}`,
    );
    return rows.map(({ pid }) => pid);
  } finally {
    await client.end();
  }
}
