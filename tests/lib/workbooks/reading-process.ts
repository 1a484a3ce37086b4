import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Outcome {
  seed: number;
  /** `read`, the code of a fault, or what went wrong with us. */
  outcome: string;
  milliseconds: number;
  /** The most that the process has taken so far. */
  rss: number;
  rows: number;
}

const CHILD = fileURLToPath(new URL('reading-child.ts', import.meta.url));
const DEADLINE_MS = 10_000;

/** Reads the mutants of these numbers, one after the other. */
export async function readMutants(path: string, from: number, to: number): Promise<Outcome[]> {
  return readApart([path, String(from), String(to)]);
}

/** Reads the file at this path. */
export async function readFileApart(path: string): Promise<Outcome> {
  const [outcome] = await readApart([path]);
  if (outcome === undefined) throw new Error('the reading process said nothing');
  return outcome;
}

/** In a process with a small heap, which is killed over any file that takes it ten seconds. */
async function readApart(what: string[]): Promise<Outcome[]> {
  const child = spawn(process.execPath, ['--max-old-space-size=256', CHILD, ...what], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const outcomes: Outcome[] = [];
  let current = 0;
  let errors = '';
  let end = 'ended early';
  let timer = setTimeout(() => {}, 0);
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    clearTimeout(timer);
    timer = setTimeout(() => {
      end = 'hang';
      child.kill('SIGKILL');
    }, DEADLINE_MS);
    const told: { seed: number } | Outcome = JSON.parse(line);
    current = told.seed;
    if ('outcome' in told) outcomes.push(told);
  }
  clearTimeout(timer);
  if ((await exit) === 0) return outcomes;
  return [...outcomes, { seed: current, outcome: `${end}: ${errors.slice(-500)}`, milliseconds: 0, rss: 0, rows: 0 }];
}
