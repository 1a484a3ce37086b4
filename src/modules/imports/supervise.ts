import { type ChildProcess, fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Message, Task } from './types.ts';

/** How a child's work ended. `died` says that it was killed or fell: the file may be to blame, or the machine. */
export type Outcome =
  | { is: 'done'; result: unknown }
  | { is: 'fault'; code: string; row?: number }
  | { is: 'died'; why: 'time' | 'memory' | 'crash'; detail: string };

type Bounds = {
  /** Seconds without a sign of life. */
  silence: number;
  signal?: AbortSignal | undefined;
};

const entry = join(import.meta.dirname, 'child.ts');
/**
 * Little memory, so that a hostile file ends its own process. Rows die young: a small nursery is swept more often and costs no
 * time, where the default one takes a hundred megabytes.
 */
export const CHILD_FLAGS = ['--max-old-space-size=256', '--max-semi-space-size=4'];

/**
 * Gives a file to a process of its own, with little memory, nothing of our environment, and a clock. However hostile
 * the file is, what dies is the child. Throws when the child reports a fault of ours.
 */
export function runChild(task: Task, bounds: Bounds): Promise<Outcome> {
  const child = startChild(task, 'ignore');
  return outcomeOf(child, bounds);
}

/** The same for work that streams a file: what the child writes, and how it ended. */
export function streamFromChild(task: Task, bounds: Bounds): { output: Readable; outcome: Promise<Outcome> } {
  const child = startChild(task, 'pipe');
  if (!child.stdout) throw new Error('The child has no output');
  return { output: child.stdout, outcome: outcomeOf(child, bounds) };
}

function startChild(task: Task, output: 'ignore' | 'pipe'): ChildProcess {
  const child = fork(entry, [], {
    execArgv: [...CHILD_FLAGS, '--disable-warning=ExperimentalWarning'],
    env: compiled(),
    stdio: ['ignore', output, 'pipe', 'ipc'],
    serialization: 'json',
  });
  child.send(task, () => {});
  return child;
}

/** Where this process keeps compiled code, if it does: the child starts in half the time and with a fifth less memory. */
function compiled(): Record<string, string> {
  const folder = getCompileCacheDir();
  return folder ? { NODE_COMPILE_CACHE: dirname(folder) } : {};
}

function outcomeOf(child: ChildProcess, { silence, signal }: Bounds): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    let said: Message | undefined;
    let late = false;
    let words = '';
    const kill = (): void => void child.kill('SIGKILL');
    const clock = setTimeout(() => {
      late = true;
      kill();
    }, silence * 1000);
    signal?.addEventListener('abort', kill, { once: true });
    child.stderr?.on('data', (chunk) => {
      words = (words + chunk).slice(-2000);
    });
    child.on('message', (message: Message) => {
      clock.refresh();
      if (message.is !== 'beat') said = message;
    });
    child.on('error', (error) => {
      words += error.message;
    });
    child.once('close', (code, killedBy) => {
      clearTimeout(clock);
      signal?.removeEventListener('abort', kill);
      if (said?.is === 'error') return reject(new Error(`The import's child failed: ${said.message}`));
      if (said?.is === 'done' || said?.is === 'fault') return resolve(said);
      const memory = killedBy === 'SIGABRT' || code === 134 || /heap out of memory|Array buffer allocation/.test(words);
      resolve({ is: 'died', why: late ? 'time' : memory ? 'memory' : 'crash', detail: words || `${killedBy ?? code}` });
    });
  });
}
