import { fileURLToPath } from 'node:url';
import { startInstance } from '../rig/instance.ts';
import { dropDatabase, emptyDatabase } from './databases.ts';
import { median } from './figures.ts';
import { logIn, serverEnvironment, startHouse } from './house.ts';
import { type Pace, paceOf } from './load.ts';
import { type BenchPage, pagesOf } from './page-list.ts';
import type { Bench } from './types.ts';
import { buildWorld, emailOf, password } from './world.ts';

const CONNECTIONS = 16;
const bareProgram = fileURLToPath(new URL('bare.ts', import.meta.url));

/** Every main page at 16 connections, beside a bare route with the same template; and how pages grow with ten times the contacts. */
export async function run(bench: Bench): Promise<void> {
  const { contacts } = bench.options;
  const large = await openWorld(bench, 'pages_large', contacts);
  try {
    await measure(bench, large.database, large.url, large.pages);
    if (!large.pages.some((page) => page.grows)) return;
    const small = await openWorld(bench, 'pages_small', contacts / 10);
    try {
      await compare(bench, large, small);
    } finally {
      await small.close();
    }
  } finally {
    await large.close();
  }
}

type World = { database: string; url: string; pages: BenchPage[]; close(): Promise<void> };

async function openWorld(bench: Bench, name: string, contacts: number): Promise<World> {
  const { server, options, say } = bench;
  say(`building ${contacts} contacts`);
  const database = await emptyDatabase(server, name);
  await buildWorld(database, { contacts, issued: 0.5, agents: options.agents, leads: options.leads, events: 500_000 });
  const house = await startHouse(bench, database);
  const close = async (): Promise<void> => {
    await house.stop();
    await dropDatabase(server, name);
  };
  try {
    const pages = await pagesOf(database, await cookiesAt(house.url));
    const wanted = pages.filter((page) => page.name.includes(options.only ?? ''));
    return { database, url: house.url, pages: wanted, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** How many times fewer of a page the large world answers than the small one: a little of each in turn, so that both have the same machine. */
async function compare({ options, report, say }: Bench, large: World, small: World): Promise<void> {
  const growth: number[] = [];
  for (const { name, visits, grows } of large.pages) {
    const same = small.pages.find((page) => page.name === name);
    if (!grows || !same) continue;
    const times: number[] = [];
    await paceOf(large.url, visits, CONNECTIONS, 0.5);
    await paceOf(small.url, same.visits, CONNECTIONS, 0.5);
    for (let run = 0; run < options.runs; run += 1) {
      const before = await paceOf(small.url, same.visits, CONNECTIONS, options.seconds / 2);
      const after = await paceOf(large.url, visits, CONNECTIONS, options.seconds / 2);
      times.push(before.perSecond / after.perSecond);
    }
    growth.push(median(times));
    say(`growth ${name} ${median(times).toFixed(2)}`);
  }
  report({ name: 'page.growth', unit: '×', values: [Math.max(...growth)], target: { value: { atMost: 1.3 } } });
}

/** Reports how pages answer at 16 connections, each beside its bare route. */
export async function measure(bench: Bench, database: string, url: string, pages: BenchPage[]): Promise<void> {
  const { folder, options, report } = bench;
  const PAGES = JSON.stringify(Object.fromEntries(pages.map(({ name, visits }) => [name, visits[0]])));
  const environment = { ...serverEnvironment(folder, database), PAGES };
  const bare = await startInstance(bareProgram, environment, `${folder}/bare.log`);
  try {
    // All pages are warm before the first is measured: a new process answers its first ten thousand requests with code that V8 has yet to compile.
    for (const { name, visits } of pages) {
      await paceOf(url, visits, CONNECTIONS, 1);
      await paceOf(bare.url, [{ path: `/${name}` }], CONNECTIONS, 0.5);
    }
    for (const { name, visits } of pages) {
      const values: Pace[] = [];
      const limits: Pace[] = [];
      await paceOf(url, visits, CONNECTIONS, 0.5);
      await paceOf(bare.url, [{ path: `/${name}` }], CONNECTIONS, 0.3);
      for (let run = 0; run < options.runs; run += 1) {
        values.push(await paceOf(url, visits, CONNECTIONS, options.seconds));
        limits.push(await paceOf(bare.url, [{ path: `/${name}` }], CONNECTIONS, options.seconds / 2));
      }
      const p99 = values.map((pace) => pace.p99);
      const paces = values.map((pace) => pace.perSecond);
      // Beside it how long the bare route, asked in turn with it, lets the slowest of a hundred wait: so much of it is the machine's and the template's.
      const bareP99 = limits.map((pace) => pace.p99);
      report({
        name: `page.${name}.p99.ms`,
        unit: 'ms',
        values: p99,
        limits: bareP99,
        target: { value: { atMost: 60 } },
      });
      report({
        name: `page.${name}.per_s`,
        unit: '1/s',
        values: paces,
        limits: limits.map((pace) => pace.perSecond),
        target: { ratio: { atLeast: 0.35 } },
      });
    }
  } finally {
    await bare.stop();
  }
}

async function cookiesAt(url: string) {
  const agents = [];
  for (let n = 1; n <= CONNECTIONS; n += 1) agents.push(await logIn(url, emailOf(`agent${n}`), password, n));
  const admin = await logIn(url, emailOf('staff1'), password, 100);
  return { admin, agents };
}
