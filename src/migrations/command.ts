import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { withDatabase, withThrowawayDatabase } from '../postgres/location.ts';
import { applyMigrations, createMigration, pendingMigrations, schemaDrift } from './index.ts';
import { eraseDatabase, isLocal } from './reset.ts';

const USAGE = `Usage:
  npm run db:status                    what is applied, what is pending, whether prisma/schema has changed
  npm run db:migrate                   apply what is pending
  npm run db:new -- name               write a migration for what changed in prisma/schema
  npm run db:reset [-- --yes-erase]    erase everything in a local database and migrate it anew`;

const commands: Record<string, (words: string[]) => Promise<void>> = { migrate, new: create, status, reset };

async function migrate(): Promise<void> {
  const applied = await withDatabase(process.env.DATABASE_URL, applyMigrations);
  console.log(applied.map((name) => `applied ${name}`).join('\n') || 'Nothing to apply: the database is up to date.');
}

async function create([name]: string[]): Promise<void> {
  if (!name) throw new Error('A migration needs a name: npm run db:new -- add_phone_index');
  console.log(
    `Wrote ${await withThrowawayDatabase((url) => createMigration(url, name))}. Read it before you commit it.`,
  );
}

async function status(): Promise<void> {
  const pending = await withDatabase(process.env.DATABASE_URL, pendingMigrations);
  const drift = await withThrowawayDatabase(schemaDrift);
  console.log(pending.map((name) => `pending ${name}`).join('\n') || 'Every migration is applied.');
  console.log(drift && `prisma/schema has changes without a migration (npm run db:new -- name):\n\n${drift}`);
  if (pending.length > 0 || drift) process.exitCode = 1;
}

async function reset(words: string[]): Promise<void> {
  const databaseUrl = process.env.DATABASE_URL;
  if (databaseUrl && !isLocal(databaseUrl)) throw new Error('Refused: DATABASE_URL is on another machine.');
  if (!words.includes('--yes-erase') && !(await isConfirmed())) throw new Error('Nothing was erased.');
  await withDatabase(databaseUrl, async (url) => {
    await eraseDatabase(url);
    await applyMigrations(url);
  });
  console.log('Erased and migrated anew.');
}

async function isConfirmed(): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('This erases every row in the database. Type "erase" to go on: ');
  terminal.close();
  return answer.trim() === 'erase';
}

if (existsSync('.env')) process.loadEnvFile('.env');
const [name = '', ...words] = process.argv.slice(2);
try {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command) await command(words);
  else console.log(USAGE);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
