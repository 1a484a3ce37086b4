import { setTimeout as pause } from 'node:timers/promises';
import type { Instance } from '../rig/instance.ts';
import type { RigPostgres } from '../rig/postgres.ts';
import type { Random } from '../rig/random.ts';
import type { Tally } from './journal.ts';

export type Killing = {
  server: RigPostgres;
  database: string;
  instances: Instance[];
  /** Seconds between two kills, on average. */
  every: number;
  random: Random;
  over(): boolean;
};

// A SIGKILLed backend makes the whole server recover, SIGTERM ends one connection only. Every fifth is the postmaster itself.
const ways = ['app', 'connection', 'backend', 'app', 'postmaster'] as const;

/** Kills something every few seconds until it is over. Returns how often it killed what. */
export async function killAtRandom({ server, database, instances, every, random, over }: Killing): Promise<Tally> {
  const kills: Tally = { app: 0, backend: 0, connection: 0, postmaster: 0 };
  for (let turn = 0; ; turn += 1) {
    await during(random.between(every * 500, every * 1500), over);
    if (over()) return kills;
    const way = ways[turn % ways.length] ?? 'app';
    if (way === 'app') await random.pick(instances).kill();
    else if (way === 'postmaster') await server.crash();
    else if (!(await killBackend(way === 'backend' ? 'SIGKILL' : 'SIGTERM'))) continue;
    kills[way] = (kills[way] ?? 0) + 1;
  }

  async function killBackend(signal: NodeJS.Signals): Promise<boolean> {
    const pids = await server.backends(database).catch(() => []);
    if (pids.length === 0) return false;
    try {
      return process.kill(random.pick(pids), signal);
    } catch {
      return false;
    }
  }
}

async function during(milliseconds: number, over: () => boolean): Promise<void> {
  for (const end = Date.now() + milliseconds; Date.now() < end && !over(); ) await pause(100);
}
