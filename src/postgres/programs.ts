import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { Account } from './account.ts';

/** Runs one of PostgreSQL's programs to its end as PostgreSQL's account. Rejects with what it said when it fails. */
export async function run(
  program: string,
  options: string[],
  account: Account | undefined,
  log?: string,
): Promise<void> {
  // stdin and stdout stay closed to it: the server that pg_ctl leaves behind would keep them open.
  const child = spawn(program, options, {
    ...account,
    cwd: '/',
    env: cleanEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (chunk) => {
    complaints += chunk;
  });
  const status = await new Promise<number | null>((resolve, reject) =>
    child.once('exit', resolve).once('error', reject),
  );
  child.stderr.destroy();
  if (status === 0) return;
  const written = log ? await readFile(log, 'utf8').catch(() => '') : '';
  throw new Error(`PostgreSQL's ${program} failed.\n${complaints}${written.slice(-2000)}`);
}

// PGPORT, PGDATA and the like, set for some other server, would be obeyed; the locale decides the language of messages.
function cleanEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('PG') && !name.startsWith('LC_'));
  return { ...Object.fromEntries(inherited), LC_ALL: 'C' };
}
