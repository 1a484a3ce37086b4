import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export type Account = { uid: number; gid: number };

/** Who runs PostgreSQL: undefined means "whoever runs us"; PostgreSQL refuses root, who therefore lends it an unprivileged system account. */
export function accountForPostgres(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const account = systemAccount('postgres') ?? systemAccount('nobody');
  if (!account)
    throw new Error('PostgreSQL does not run as root, and this system has neither user postgres nor nobody.');
  return account;
}

/** Whether PostgreSQL's account may run a program where it lies; false when some folder above it is closed to others. */
export function mayRun(program: string, account: Account | undefined): boolean {
  return spawnSync(program, ['--version'], { ...account, cwd: '/', stdio: 'ignore' }).status === 0;
}

/** Whether PostgreSQL's account may enter a folder, which takes every folder above it too. */
export function mayEnter(folder: string, account: Account | undefined): boolean {
  if (!account) return true;
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...account, cwd: '/', stdio: 'ignore' }).status === 0;
}

function systemAccount(name: string): Account | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((candidate) => candidate.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined;
}
