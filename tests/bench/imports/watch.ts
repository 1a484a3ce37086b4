import { readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 50;

/** Samples the resident memory of a process and its children together; `stop` gives the highest sum, in MB. */
export function watchMemory(pid: number): { stop(): number } {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(
      peak,
      [pid, ...childrenOf(pid)].reduce((sum, one) => sum + residentMb(one), 0),
    );
  }, EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return peak;
    },
  };
}

function childrenOf(pid: number): number[] {
  return readOr(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
}

function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readOr(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;
}

// A child may end between being listed and being asked.
function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

/** The event loop's lateness in ms (99th percentile) since this was asked last; the process runs with `lag.ts`. */
export async function askLag(pid: number, file: string): Promise<number> {
  await rm(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  for (let tries = 0; tries < 100; tries += 1) {
    await pause(20);
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text) return (JSON.parse(text) as { p99: number }).p99;
  }
  throw new Error('The web process does not tell its lag');
}
