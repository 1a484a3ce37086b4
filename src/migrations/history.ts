import { createHash } from 'node:crypto';
import type { MigrationList } from '@prisma/schema-engine-wasm';
import pg from 'pg';
import { readMigrations } from './files.ts';

type Recorded = { name: string; checksum: string; finished: boolean };

/**
 * The migrations that a database has yet to get, oldest first. Throws when it holds one that failed, one that was edited after it had been
 * applied, or one that this version does not know. Reads `_prisma_migrations` itself, so it is cheap enough for a readiness check.
 */
export async function pendingMigrations(databaseUrl: string): Promise<string[]> {
  const known = (await readMigrations()).migrationDirectories.map(({ path, migrationFile }) => ({
    name: path,
    checksum: checksumOf(migrationFile),
  }));
  const recorded = await recordedMigrations(databaseUrl);
  const checksums = new Map(known.map(({ name, checksum }) => [name, checksum]));
  const done = recorded.filter((migration) => migration.finished);

  refuse(
    recorded.filter((migration) => !migration.finished),
    'failed: mend the database and its row in _prisma_migrations',
  );
  refuse(
    done.filter(({ name }) => !checksums.has(name)),
    'came from a newer version: prisma/migrations has no such folder',
  );
  refuse(
    done.filter(({ name, checksum }) => checksums.get(name) !== checksum),
    'were edited after they had been applied',
  );
  return known.map(({ name }) => name).filter((name) => !done.some((migration) => migration.name === name));
}

async function recordedMigrations(databaseUrl: string): Promise<Recorded[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query(`SELECT to_regclass('_prisma_migrations') IS NOT NULL AS present`);
    if (!tables[0].present) return [];
    const { rows } = await client.query<Recorded>(
      `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
         FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`,
    );
    return rows;
  } finally {
    await client.end();
  }
}

function checksumOf({ content }: MigrationList['migrationDirectories'][number]['migrationFile']): string {
  return createHash('sha256').update(content.value).digest('hex');
}

function refuse(migrations: Recorded[], why: string): void {
  if (migrations.length > 0) throw new Error(`Migrations ${migrations.map(({ name }) => name).join(', ')} ${why}.`);
}
