import { randomUUID } from 'node:crypto';
import { chmod, chown, lstat, mkdir, mkdtemp, readFile, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { type Account, mayEnter } from './account.ts';

/**
 * The folder that really holds a database: `wanted`, or, when PostgreSQL's account may not enter that, one outside, which `wanted` then
 * remembers. Its name is drawn and not derived from the path, so a clone made anew in the same place does not inherit the old one's data.
 */
export async function settleFolder(wanted: string, account: Account | undefined): Promise<string> {
  await mkdir(wanted, { recursive: true });
  const signpost = join(wanted, 'location');
  const remembered = await readFile(signpost, 'utf8').catch(() => undefined);
  if (remembered) return openFolder(remembered, account);
  if (mayEnter(dirname(wanted), account)) return openFolder(wanted, account);

  const outside = join(await sharedFolder(wanted, account), randomUUID());
  await writeFile(signpost, outside);
  return openFolder(outside, account);
}

/** A new folder for a database that lives as long as one test run. */
export async function throwawayFolder(account: Account | undefined): Promise<string> {
  return openFolder(await mkdtemp(join(temporaryFolder(account), 'lead-cabinet-')), account);
}

/**
 * Where root keeps what a clone's own folder cannot hold: a temporary clone in the temporary folder, any other in /var/lib,
 * so that data survives as long as its clone. A folder that somebody else prepared there is refused: it would run their programs.
 */
export async function sharedFolder(clone: string, account: Account | undefined): Promise<string> {
  const temporary = (await realpath(clone)).startsWith((await realpath(tmpdir())) + sep);
  const folder = join(temporary ? temporaryFolder(account) : '/var/lib', 'lead-cabinet');
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const { uid, mode } = await lstat(folder);
  if (uid !== process.getuid?.() || mode & 0o022) throw new Error(`${folder} belongs to somebody else; remove it.`);
  return folder;
}

function temporaryFolder(account: Account | undefined): string {
  return [tmpdir(), '/tmp', '/var/tmp'].find((folder) => mayEnter(folder, account)) ?? tmpdir();
}

async function openFolder(folder: string, account: Account | undefined): Promise<string> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o700);
  if (account) await chown(folder, account.uid, account.gid);
  return folder;
}
