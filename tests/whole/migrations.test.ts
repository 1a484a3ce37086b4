import pg from 'pg';
import { beforeAll, expect, test } from 'vitest';
import { applyMigrations, pendingMigrations, schemaDrift } from '../../src/migrations/index.ts';
import { emptyDatabase } from '../support/database.ts';

let database: string;

beforeAll(async () => {
  database = await emptyDatabase();
});

test('two instances that start at once migrate an empty database once, and then nothing is pending', async () => {
  const pending = await pendingMigrations(database);
  const applied = await Promise.all([applyMigrations(database), applyMigrations(database)]);

  expect(pending.length).toBeGreaterThan(0);
  expect(applied.map((names) => names.length).sort()).toEqual([0, pending.length]);
  expect(applied.flat()).toEqual(pending);
  expect(await pendingMigrations(database)).toEqual([]);
});

test('the migrations make exactly what the schema says', async () => {
  expect(await schemaDrift(database)).toBe('');
});

test('a migration edited after it was applied is refused', async () => {
  await query(`UPDATE _prisma_migrations SET checksum = 'of another text' WHERE migration_name LIKE '%_init'`);
  await expect(applyMigrations(database)).rejects.toThrow('were edited after they had been applied');
});

test('a database that a newer version has migrated is refused', async () => {
  await query(
    `UPDATE _prisma_migrations SET migration_name = '29990101000000_later' WHERE migration_name LIKE '%_init'`,
  );
  await expect(pendingMigrations(database)).rejects.toThrow('29990101000000_later came from a newer version');
});

async function query(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
