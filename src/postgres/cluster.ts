import { randomBytes } from 'node:crypto';
import { chown, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { run } from './programs.ts';
import { type Mode, settingsFor } from './settings.ts';

/** One database cluster on disk: `folder/data`, with the log and what is needed to log in beside it. */
export type Cluster = { folder: string; account: Account | undefined; binaries: Binaries };
export type Login = { password: string; port: number; owner: number };

export const ROLE = 'lead_cabinet';
export const dataOf = ({ folder }: Cluster) => join(folder, 'data');
const loginOf = ({ folder }: Cluster) => join(folder, 'login.json');

/** Makes the cluster unless it is there. Scram with a random password, since any local user can reach the loopback address. */
export async function createCluster(cluster: Cluster, mode: Mode): Promise<void> {
  if (await stat(dataOf(cluster)).catch(() => undefined)) return;
  const unfinished = `${dataOf(cluster)}.unfinished`;
  const passwordFile = join(cluster.folder, 'password');
  const password = randomBytes(24).toString('base64url');
  await rm(unfinished, { recursive: true, force: true });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (cluster.account) await chown(passwordFile, cluster.account.uid, cluster.account.gid);
  await run(
    cluster.binaries.initdb,
    [
      `--pgdata=${unfinished}`,
      `--username=${ROLE}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      // Knows Cyrillic letters, sorts by code point and never changes with the system's library, so no upgrade spoils an index.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      ...(mode === 'throwaway' ? ['--no-sync'] : []),
    ],
    cluster.account,
  );
  await rm(passwordFile);
  await writeLogin(cluster, { password, port: 0, owner: 0 });
  // The last step, so that a set-up cut short is begun anew.
  await rename(unfinished, dataOf(cluster));
}

/** Starts the server and waits until it answers, which includes recovery after a crash. */
export async function startServer(cluster: Cluster, mode: Mode, port: number): Promise<void> {
  const log = join(cluster.folder, 'postgres.log');
  await rm(log, { force: true });
  const options = ['start', '-w', '-t', '120', '-D', dataOf(cluster), '-l', log, '-o', settingsFor(mode, port)];
  await run(cluster.binaries.pgCtl, options, cluster.account, log);
}

/** Stops the server, letting nobody finish but losing nothing that was committed. */
export async function stopServer(cluster: Cluster): Promise<void> {
  if ((await postmasterPid(cluster)) === undefined) return;
  await run(cluster.binaries.pgCtl, ['stop', '-w', '-t', '60', '-m', 'fast', '-D', dataOf(cluster)], cluster.account);
}

/** The process id that the server's own lock file names; that process may be long gone. */
export async function postmasterPid(cluster: Cluster): Promise<number | undefined> {
  const lockFile = await readFile(join(dataOf(cluster), 'postmaster.pid'), 'utf8').catch(() => '');
  return Number.parseInt(lockFile, 10) || undefined;
}

export async function removeStaleLock(cluster: Cluster): Promise<void> {
  await rm(join(dataOf(cluster), 'postmaster.pid'), { force: true });
}

export async function readLogin(cluster: Cluster): Promise<Login> {
  return JSON.parse(await readFile(loginOf(cluster), 'utf8'));
}

export async function writeLogin(cluster: Cluster, login: Login): Promise<void> {
  await writeFile(`${loginOf(cluster)}.new`, JSON.stringify(login), { mode: 0o600 });
  await rename(`${loginOf(cluster)}.new`, loginOf(cluster));
}
