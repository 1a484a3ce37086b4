import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Instance, ready, startInstance } from '../rig/instance.ts';
import type { RigPostgres } from '../rig/postgres.ts';
import { randomOf } from '../rig/random.ts';
import { check, type Finding } from './checker.ts';
import { openBrowser, type Setting, work } from './client.ts';
import type { World } from './data.ts';
import { countActs, isAcknowledged, type Tally } from './journal.ts';
import { killAtRandom } from './kills.ts';
import { staffOf } from './staff.ts';

export type Trial = {
  server: RigPostgres;
  database: string;
  world: World;
  /** What to run, and with which variables, for each instance. */
  programs: { program: string; environment: Record<string, string> }[];
  /** The folder where each instance writes a log. */
  logs: string;
  issues: number;
  seconds: number;
  every: number;
  seed: number;
};
export type Outcome = { figures: Record<string, number | Tally>; findings: Finding[] };

/** Lets all agents work at once while things are killed, then compares what they were told with what the database holds. */
export async function runTrial(trial: Trial): Promise<Outcome> {
  const { database, programs, logs } = trial;
  const instances: Instance[] = [];
  try {
    for (const [i, { program, environment }] of programs.entries()) {
      instances.push(await startInstance(program, environment, join(logs, `${database}-${i}.log`)));
    }
    return await letWork(trial, instances);
  } finally {
    for (const instance of instances) await instance.stop();
  }
}

async function letWork({ server, database, world, issues, seconds, every, seed }: Trial, instances: Instance[]) {
  const random = randomOf(seed);
  const staff = staffOf(server.urlOf(database), world, random);
  const counts: Tally = {};
  let started = Date.now();
  const setting: Setting = {
    urls: instances.map(({ url }) => url),
    world,
    random,
    over: () => Date.now() > started + seconds * 1000 || (counts.issued ?? 0) >= issues,
    grant: staff.grant,
    count: (what) => {
      counts[what] = (counts[what] ?? 0) + 1;
    },
  };
  try {
    const browsers = await Promise.all(world.agents.map((agent, i) => openBrowser(setting, agent, i + 1)));
    const office = await openBrowser(setting, world.staff, 0);
    started = Date.now();
    const killing = killAtRandom({
      server,
      database,
      instances,
      every,
      random: randomOf(seed + 1),
      over: setting.over,
    });
    const takingBack = staff.takeBack(office);
    const journals = await Promise.all(browsers.map(work));
    await takingBack;
    const kills = await killing;
    const lasted = (Date.now() - started) / 1000;
    for (const url of setting.urls) await ready(url);
    // What the last kill left half done must have been rolled back by now.
    await pause(1_000);
    const acts = countActs(journals);
    const acknowledged = journals.flatMap((journal) => journal.acts).filter(isAcknowledged).length;
    const figures = {
      seconds: Math.round(lasted),
      perSecond: Math.round(acknowledged / lasted),
      ...acts,
      kills,
      deaths: instances.reduce((sum, { deaths }) => sum + deaths(), 0),
      answers: counts,
    };
    return { figures, findings: [...(await check(server.urlOf(database), world, journals)), ...faults(counts)] };
  } finally {
    await staff.close();
  }
}

// Whatever was killed, who asks hears that the house is away, never that it has a fault.
function faults(counts: Tally): Finding[] {
  const found = Object.entries(counts).filter(([what]) => what.endsWith(' 500'));
  const cases = found.reduce((sum, [, times]) => sum + times, 0);
  const examples = found.map(([what, times]) => `${what}: ${times} times`);
  return cases > 0 ? [{ rule: 'no answer is a fault of ours', cases, examples }] : [];
}
