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
  const large = await measureWorld(bench, 'pages_large', bench.options.contacts, true);
  const small = await measureWorld(bench, 'pages_small', bench.options.contacts / 10, false);
  const growth = [...large].flatMap(([name, perSecond]) => {
    const before = small.get(name);
    return before === undefined ? [] : [{ name, times: before / perSecond }];
  });
  for (const { name, times } of growth) bench.say(`growth ${name} ${times.toFixed(2)}`);
  const worst = Math.max(...growth.map(({ times }) => times));
  bench.report({ name: 'page.growth', unit: '×', values: [worst], target: { value: { atMost: 1.3 } } });
}

/** Answers a second of each page that grows; with `full` also the figures of every page. */
async function measureWorld(bench: Bench, name: string, contacts: number, full: boolean): Promise<Map<string, number>> {
  const { server, options, say } = bench;
  say(`building ${contacts} contacts`);
  const url = await emptyDatabase(server, name);
  await buildWorld(url, { contacts, issued: 0.5, agents: options.agents, leads: options.leads, events: 500_000 });
  const house = await startHouse(bench, url);
  try {
    const pages = await pagesOf(url, await cookiesAt(house.url));
    const wanted = pages.filter((page) => page.name.includes(options.only ?? '') && (full || page.grows));
    return full ? await measure(bench, url, house.url, wanted) : await paces(bench, house.url, wanted);
  } finally {
    await house.stop();
    await dropDatabase(server, name);
  }
}

/** Reports how pages answer at 16 connections, each beside its bare route; gives the answers a second of those that grow. */
export async function measure(
  bench: Bench,
  database: string,
  url: string,
  pages: BenchPage[],
): Promise<Map<string, number>> {
  const { folder, options, report } = bench;
  const PAGES = JSON.stringify(Object.fromEntries(pages.map(({ name, visits }) => [name, visits[0]])));
  const environment = { ...serverEnvironment(folder, database), PAGES };
  const bare = await startInstance(bareProgram, environment, `${folder}/bare.log`);
  const perSecond = new Map<string, number>();
  try {
    for (const { name, visits, grows } of pages) {
      const values: Pace[] = [];
      const limits: Pace[] = [];
      await paceOf(url, visits, CONNECTIONS, 1);
      await paceOf(bare.url, [{ path: `/${name}` }], CONNECTIONS, 0.5);
      for (let run = 0; run < options.runs; run += 1) {
        values.push(await paceOf(url, visits, CONNECTIONS, options.seconds));
        limits.push(await paceOf(bare.url, [{ path: `/${name}` }], CONNECTIONS, options.seconds / 2));
      }
      const p99 = values.map((pace) => pace.p99);
      const paces = values.map((pace) => pace.perSecond);
      report({ name: `page.${name}.p99.ms`, unit: 'ms', values: p99, target: { value: { atMost: 60 } } });
      report({
        name: `page.${name}.per_s`,
        unit: '1/s',
        values: paces,
        limits: limits.map((pace) => pace.perSecond),
        target: { ratio: { atLeast: 0.35 } },
      });
      if (grows) perSecond.set(name, median(paces));
    }
  } finally {
    await bare.stop();
  }
  return perSecond;
}

async function paces({ options }: Bench, url: string, pages: BenchPage[]): Promise<Map<string, number>> {
  const perSecond = new Map<string, number>();
  for (const { name, visits } of pages) {
    await paceOf(url, visits, CONNECTIONS, 1);
    const values = [];
    for (let run = 0; run < options.runs; run += 1)
      values.push((await paceOf(url, visits, CONNECTIONS, options.seconds)).perSecond);
    perSecond.set(name, median(values));
  }
  return perSecond;
}

async function cookiesAt(url: string) {
  const agents = [];
  for (let n = 1; n <= CONNECTIONS; n += 1) agents.push(await logIn(url, emailOf(`agent${n}`), password, n));
  const admin = await logIn(url, emailOf('staff1'), password, 100);
  return { admin, agents };
}
