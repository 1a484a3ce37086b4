import pg from 'pg';
import { withSchemaEngine } from './engine.ts';
import { readMigrations, readSchemaFiles, writeMigration } from './files.ts';
import { pendingMigrations } from './history.ts';

export { pendingMigrations };

// Any number will do, as long as every instance uses the same one.
const MIGRATION_LOCK = 1_279_476_036;
const filters = { externalTables: [], externalEnums: [] };

/**
 * Brings a database up to the newest migration and gives the names of those it applied, oldest first. Instances that start at once
 * take turns, so each migration runs once. Each is applied in one transaction: one that fails leaves nothing behind but its record.
 */
export async function applyMigrations(databaseUrl: string): Promise<string[]> {
  return holdingMigrationLock(databaseUrl, async () => {
    if ((await pendingMigrations(databaseUrl)).length === 0) return [];
    const migrationsList = await readMigrations();
    const { appliedMigrationNames } = await withSchemaEngine(databaseUrl, (engine) =>
      engine.applyMigrations({ migrationsList, filters }),
    );
    return appliedMigrationNames;
  });
}

/** The SQL that would bring the migrations to what `prisma/schema` says, '' when they agree. Needs the right to create a database. */
export async function schemaDrift(databaseUrl: string): Promise<string> {
  const from = { tag: 'migrations' as const, ...(await readMigrations()) };
  const files = (await readSchemaFiles()).map(([path, content]) => ({ path, content }));
  const { exitCode, stdout } = await withSchemaEngine(databaseUrl, (engine) =>
    engine.diff({ from, to: { tag: 'schemaDatamodel', files }, script: true, exitCode: true, filters }),
  );
  return exitCode === 0 ? '' : (stdout ?? '');
}

/** Writes the difference between migrations and schema as a new migration (an empty one when there is none) and gives its path. */
export async function createMigration(databaseUrl: string, name: string): Promise<string> {
  const drift = await schemaDrift(databaseUrl);
  const moment = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  return writeMigration(
    `${moment}_${name.toLowerCase().replace(/[^a-z0-9]+/g, '_')}`,
    drift || '-- Hand-written SQL.\n',
  );
}

async function holdingMigrationLock<T>(databaseUrl: string, act: () => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return await act();
  } finally {
    await client.end();
  }
}
