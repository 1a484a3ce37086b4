import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client } from 'undici';
import { copyDatabase, dropDatabase, emptyDatabase, withClient } from './databases.ts';
import { percentile } from './figures.ts';
import { logIn, serverEnvironment, startHouse } from './house.ts';
import { limitOf } from './pgbench.ts';
import { recordIssue } from './recorded.ts';
import type { Bench } from './types.ts';
import { buildWorld, emailOf, password } from './world.ts';

const AGENTS = 32;
const WANTED = 10;
const OUT = 50_000;

/** 32 agents take ten contacts a request until 50,000 are out, beside the same statements by pgbench; and the same with ten times the contacts. */
export async function run(bench: Bench): Promise<void> {
  const { options, report, server } = bench;
  const usual = await measure(bench, 'issue_usual', options.rows, 0, options.runs);
  report({
    name: 'issue.per_s',
    unit: '1/s',
    values: usual.perSecond,
    limits: usual.limits,
    target: { ratio: { atLeast: 0.5 } },
  });
  report({ name: 'issue.p99.ms', unit: 'ms', values: usual.p99, target: { value: { atMost: 150 } } });
  const large = await measure(bench, 'issue_large', options.rows * 10, 0.5, options.runs);
  const growth = large.perSecond.map((pace, run) => pace / (usual.perSecond[run] ?? pace));
  report({ name: 'issue.growth', unit: '×', values: growth, target: { value: { atLeast: 0.85 } } });
  await dropDatabase(server, 'issue_usual');
}

type Measured = { perSecond: number[]; p99: number[]; limits: number[] };

async function measure(bench: Bench, name: string, contacts: number, issued: number, runs: number): Promise<Measured> {
  const { server, options, say } = bench;
  say(`building ${contacts} contacts`);
  const template = await emptyDatabase(server, name);
  await buildWorld(template, { contacts, issued, agents: options.agents, leads: 1000, events: 1000 });
  await withClient(template, (client) =>
    client.query(`UPDATE base_types SET "limit" = 1000000 WHERE code IN ('whatsapp', 'telegram');
      SELECT setval('issuances_id_seq', 50000000)`),
  );
  const measured: Measured = { perSecond: [], p99: [], limits: [] };
  for (let run = 0; run < runs; run += 1) {
    const { perSecond, p99 } = await ours(bench, await copyDatabase(server, name, 'issuing'));
    measured.perSecond.push(perSecond);
    measured.p99.push(p99);
    measured.limits.push(await theirs(bench, await copyDatabase(server, name, 'issuing')));
    say(`${Math.round(perSecond)} a second, pgbench ${Math.round(measured.limits.at(-1) ?? 0)}`);
  }
  await dropDatabase(server, 'issuing');
  if (issued > 0) await dropDatabase(server, name);
  return measured;
}

/** The house over HTTP: issuances a second and the 99th percentile of an answer in milliseconds. */
async function ours(bench: Bench, url: string): Promise<{ perSecond: number; p99: number }> {
  const house = await startHouse(bench, url);
  try {
    const agents: Agent[] = [];
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
    await Promise.all(agents.map(({ client }) => client.close()));
    await allOut(url);
    return { perSecond: times.length / seconds, p99: percentile(times, 0.99) };
  } finally {
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
  await body.dump();
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
