import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSchemaFiles } from '../migrations/files.ts';
import { ROOT } from './environment.ts';
import { runQuietly } from './run.ts';

const STAMP = join(ROOT, 'src/generated/made-from');

/** Generates the Prisma client unless it was made from this very schema by this very version. */
export async function generateClient(): Promise<void> {
  const source = await sourceHash();
  if ((await readFile(STAMP, 'utf8').catch(() => '')) === source) return;
  await runQuietly('node_modules/prisma/build/index.js', 'generate');
  await writeFile(STAMP, source);
}

async function sourceHash(): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(ROOT, 'node_modules/prisma/package.json')));
  for (const [, text] of await readSchemaFiles()) hash.update(text);
  return hash.digest('hex');
}
