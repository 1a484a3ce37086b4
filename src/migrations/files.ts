import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MigrationList } from '@prisma/schema-engine-wasm';

const PRISMA = fileURLToPath(new URL('../../prisma', import.meta.url));
const MIGRATIONS = join(PRISMA, 'migrations');
// Prisma's own tools want this file, which says no more than this.
const LOCKFILE = { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' };

/** The schema's files as pairs of path and text, in the order of their names. */
export async function readSchemaFiles(): Promise<[path: string, text: string][]> {
  const folder = join(PRISMA, 'schema');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.prisma')).sort();
  return Promise.all(names.map(async (name) => [join(folder, name), await readFile(join(folder, name), 'utf8')]));
}

/** Every migration of `prisma/migrations` with its script, oldest first, in the form that the schema engine takes. */
export async function readMigrations(): Promise<MigrationList> {
  const names = await migrationNames();
  return {
    baseDir: MIGRATIONS,
    lockfile: LOCKFILE,
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(names.map(readMigration)),
  };
}

/** Writes a new migration's folder and gives the path of its script. */
export async function writeMigration(name: string, script: string): Promise<string> {
  const folder = join(MIGRATIONS, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(MIGRATIONS, LOCKFILE.path), LOCKFILE.content);
  await writeFile(join(folder, 'migration.sql'), script);
  return join(folder, 'migration.sql');
}

async function migrationNames(): Promise<string[]> {
  const entries = await readdir(MIGRATIONS, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

async function readMigration(name: string): Promise<MigrationList['migrationDirectories'][number]> {
  const content = await readFile(join(MIGRATIONS, name, 'migration.sql'), 'utf8');
  return { path: name, migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: content } } };
}
