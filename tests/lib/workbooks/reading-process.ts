import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Outcome {
  seed: number;
  /** `read`, the code of a fault, or what went wrong with us. */
  outcome: string;
  milliseconds: number;
  rss: number;
}

const CHILD = fileURLToPath(new URL('reading-child.ts', import.meta.url));
const DEADLINE_MS = 10_000;

/** Reads the mutants of these numbers in a process with a small heap, which is killed over any file that takes it ten seconds. */
export async function readMutants(path: string, from: number, to: number): Promise<Outcome[]> {
  const child = spawn(process.execPath, ['--max-old-space-size=256', CHILD, path, String(from), String(to)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const outcomes: Outcome[] = [];
  let current = from;
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
  return [...outcomes, { seed: current, outcome: `${end}: ${errors.slice(-500)}`, milliseconds: 0, rss: 0 }];
}
