import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client } from 'undici';
import { copyDatabase, dropDatabase, emptyDatabase, withClient } from './databases.ts';
import { percentile } from './figures.ts';
import { logIn, serverEnvironment, startHouse } from './house.ts';
import { readToItsEnd } from './load.ts';
import { limitOf } from './pgbench.ts';
import { recordIssue } from './recorded.ts';
import type { Bench } from './types.ts';
import { buildWorld, emailOf, password } from './world.ts';

const AGENTS = 32;
const WANTED = 10;
const OUT = 50_000;

/**
 * 32 agents take ten contacts a request until 50,000 are out, beside the same statements by pgbench; and the same with ten times the contacts. Both
 * worlds in turn: minutes apart the machine is another one.
 */
export async function run(bench: Bench): Promise<void> {
  const { options, report, say } = bench;
  const worlds: [World, World] = [
    await buildTemplate(bench, 'issue_usual', options.rows, 0),
    await buildTemplate(bench, 'issue_large', options.rows * 10, 0.5),
  ];
  const [usual, large]: [Run[], Run[]] = [[], []];
  for (let run = 0; run < options.runs; run += 1) {
    for (const [at, runs] of [usual, large].entries()) {
      const one = await measure(bench, worlds[at] ?? worlds[0]);
      runs.push(one);
      say(`${worlds[at]}: ${Math.round(one.perSecond)} a second, pgbench ${Math.round(one.limit)}`);
    }
  }
  for (const world of worlds) await dropDatabase(bench.server, world);
  report({
    name: 'issue.per_s',
    unit: '1/s',
    values: usual.map(({ perSecond }) => perSecond),
    limits: usual.map(({ limit }) => limit),
    target: { ratio: { atLeast: 0.5 } },
  });
  const p99 = usual.map((one) => one.p99);
  report({ name: 'issue.p99.ms', unit: 'ms', values: p99, target: { value: { atMost: 150 } } });
  const growthOf = (of: (run: Run) => number) => large.map((one, at) => of(one) / of(usual[at] ?? one));
  report({
    name: 'issue.growth',
    unit: '×',
    values: growthOf(({ perSecond }) => perSecond),
    // What the same statements lose by pgbench, where nothing of ours stands between.
    limits: growthOf(({ limit }) => limit),
    target: { value: { atLeast: 0.85 } },
  });
}

/** The name of a database that is copied for each run. */
type World = string;
type Run = { perSecond: number; p99: number; limit: number };

async function buildTemplate({ server, options, say }: Bench, name: World, contacts: number, issued: number) {
  say(`building ${contacts} contacts`);
  const template = await emptyDatabase(server, name);
  await buildWorld(template, { contacts, issued, agents: options.agents, leads: 1000, events: 1000 });
  await withClient(template, (client) =>
    client.query(`UPDATE base_types SET "limit" = 1000000 WHERE code IN ('whatsapp', 'telegram');
      SELECT setval('issuances_id_seq', 50000000)`),
  );
  return name;
}

async function measure(bench: Bench, world: World): Promise<Run> {
  const issued = await ours(bench, await copyDatabase(bench.server, world, 'issuing'));
  const limit = await theirs(bench, await copyDatabase(bench.server, world, 'issuing'));
  await dropDatabase(bench.server, 'issuing');
  return { ...issued, limit };
}

/** The house over HTTP: issuances a second and the 99th percentile of an answer in milliseconds. */
async function ours(bench: Bench, url: string): Promise<{ perSecond: number; p99: number }> {
  const house = await startHouse(bench, url);
  const agents: Agent[] = [];
  try {
    for (let n = 1; n <= AGENTS; n += 1) {
      const cookie = await logIn(house.url, emailOf(`agent${n}`), password, n);
      agents.push({ cookie, client: new Client(house.url, { headersTimeout: 60_000 }) });
    }
    const give = async (code: string, requests: number): Promise<{ times: number[]; seconds: number }> => {
      const base = await baseOf(url, code);
      const times: number[] = [];
      let left = requests;
      const begun = performance.now();
      await Promise.all(
        agents.map(async (agent) => {
          while (left > 0) {
            left -= 1;
            const asked = performance.now();
            await take(agent, base);
            times.push(performance.now() - asked);
          }
        }),
      );
      return { times, seconds: (performance.now() - begun) / 1000 };
    };
    // Of another base first: what is measured is a house that is open, not its first requests.
    await give('telegram', 500);
    const { times, seconds } = await give('whatsapp', OUT / WANTED);
    await allOut(url);
    return { perSecond: times.length / seconds, p99: percentile(times, 0.99) };
  } finally {
    await Promise.all(agents.map(({ client }) => client.destroy()));
    await house.stop();
  }
}

type Agent = { client: Client; cookie: string };

// By the client of the pages (see load.ts): who asks shares the processors with who answers.
async function take({ client, cookie }: Agent, baseTypeId: number): Promise<void> {
  const form = { requestId: randomUUID(), baseTypeId: String(baseTypeId), wanted: String(WANTED) };
  const { statusCode, headers, body } = await client.request({
    path: '/cabinet/issuances',
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin', cookie },
    body: new URLSearchParams(form).toString(),
  });
  await readToItsEnd(body);
  if (statusCode !== 303) throw new Error(`An issuance answers ${statusCode} ${headers.location}`);
}

async function theirs({ folder }: Bench, url: string): Promise<number> {
  const baseTypeId = await baseOf(url, 'whatsapp');
  const agents = await withClient(url, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      `SELECT id FROM users WHERE name IN (SELECT 'agent' || n FROM generate_series(1, ${AGENTS}) AS n) ORDER BY id`,
    );
    return rows.map(({ id }) => id);
  });
  const environment = serverEnvironment(folder, url);
  const recording = await recordIssue(environment, { agentId: agents[0] ?? 0, baseTypeId, wanted: WANTED });
  const transactions = Math.floor(OUT / WANTED / AGENTS);
  const pace = await limitOf({ url, recording, agents, clients: AGENTS, transactions }, join(folder, 'issue.sql'));
  await allOut(url);
  return pace;
}

const baseOf = (url: string, code: string): Promise<number> =>
  withClient(url, async (client) => {
    const { rows } = await client.query<{ id: number }>('SELECT id FROM base_types WHERE code = $1', [code]);
    return rows[0]?.id ?? 0;
  });

/** What was measured must have happened: so many contacts are out, none of them given short. */
async function allOut(url: string): Promise<void> {
  const given = await withClient(url, async (client) => {
    const { rows } = await client.query<{ given: number }>(
      `SELECT count(*)::int AS given FROM contacts c JOIN base_types b ON b.id = c.base_type_id
       WHERE c.issuance_id > 50000000 AND b.code = 'whatsapp'`,
    );
    return rows[0]?.given ?? 0;
  });
  if (given < OUT * 0.99) throw new Error(`Only ${given} contacts are out`);
}
