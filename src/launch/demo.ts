import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { applyMigrations } from '../migrations/index.ts';
import { eraseDatabase } from '../migrations/reset.ts';
import { ROOT } from './environment.ts';

export type DemoLogin = { role: string; login: string; password: string };

type Seed = { seedDemo(databaseUrl: string): Promise<unknown>; demoLogins: DemoLogin[] };

// Not part of a production image.
const SEED = join(ROOT, 'prisma/seed.ts');
const UNFINISHED = join(ROOT, 'var/demo.unfinished');

/** Loads the demo into a database without people. One that was cut short is erased and begun anew. */
export async function loadDemo(databaseUrl: string): Promise<DemoLogin[]> {
  if (!existsSync(SEED)) return [];
  const { seedDemo, demoLogins }: Seed = await import(SEED);
  if (existsSync(UNFINISHED)) {
    await eraseDatabase(databaseUrl);
    await applyMigrations(databaseUrl);
  } else if (await hasPeople(databaseUrl)) {
    return demoLogins;
  }
  process.stdout.write('Loading demo data … ');
  await writeFile(UNFINISHED, '');
  await seedDemo(databaseUrl);
  await rm(UNFINISHED);
  console.log('done.');
  return demoLogins;
}

async function hasPeople(databaseUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rowCount } = await client.query('SELECT FROM users LIMIT 1').finally(() => client.end());
  return rowCount === 1;
}
