import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../src/postgres/port.ts';
import { ask } from './http.ts';

export type Instance = {
  readonly url: string;
  /** The process that answers now. */
  readonly pid: () => number;
  /** Ends it by SIGKILL; it is started again at once on the same port. */
  kill(): Promise<void>;
  /** How often it ended by itself after it had begun to answer: never, if all is well. */
  readonly deaths: () => number;
  stop(): Promise<void>;
};

/** Runs a program of ours as a process of its own that answers on a free port, and starts it anew whenever it ends. */
export async function startInstance(
  program: string,
  environment: Record<string, string>,
  log: string,
): Promise<Instance> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { ...inherited(), ...environment, PORT: String(port), BASE_URL: url };
  const output = openSync(log, 'a');
  let deaths = 0;
  let wanted = true;
  let killed = false;
  let child: ChildProcess;

  const begin = (): void => {
    killed = false;
    let answered = false;
    ready(url).then(
      () => {
        answered = true;
      },
      () => {},
    );
    child = spawn(process.execPath, [program], { env, stdio: ['ignore', output, output] });
    child.once('exit', async () => {
      if (!wanted) return;
      if (!killed && answered) deaths += 1;
      // While the database is down it cannot start: no reason to burn the processor.
      if (!killed) await pause(300);
      if (wanted) begin();
    });
  };
  begin();
  const stop = async (): Promise<void> => {
    wanted = false;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  try {
    await ready(url);
  } catch (error) {
    await stop();
    throw new Error(`${program} does not come up: ${readFileSync(log, 'utf8').slice(-2_000)}`, { cause: error });
  }
  return {
    url,
    pid: () => child.pid ?? 0,
    deaths: () => deaths,
    async kill() {
      killed = true;
      child.kill('SIGKILL');
    },
    stop,
  };
}

/** Waits until it answers. */
export async function ready(url: string): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const answer = await ask(url, { path: '/healthz', timeout: 2_000 }).catch(() => undefined);
    if (answer?.status === 200) return;
    await pause(100);
  }
  throw new Error(`${url} does not answer`);
}

const inherited = (): Record<string, string> => ({ PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' });
