import { execFile, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Recording } from './recorded.ts';

/** Whether PostgreSQL's own pgbench is on this machine; it does not come with the embedded server. */
export const hasPgbench = (): Promise<boolean> =>
  promisify(execFile)('pgbench', ['--version']).then(
    () => true,
    () => false,
  );

export type Limit = { url: string; recording: Recording; agents: number[]; clients: number; transactions: number };

/** Transactions a second of the recorded statements with so many clients; each transaction is another agent's. */
export async function limitOf(limit: Limit, script: string): Promise<number> {
  if (!limit.recording.statements.some(({ text }) => FROM_PLACE.test(text))) throw new Error('No claim was recorded');
  return (await hasPgbench()) ? pgbench(limit, script) : plainClients(limit);
}

async function pgbench({ url, recording, agents, clients, transactions }: Limit, file: string): Promise<number> {
  await writeFile(file, scriptOf(recording, agents));
  const options = [
    '-n',
    '-f',
    file,
    '-M',
    'prepared',
    '-c',
    String(clients),
    '-j',
    '2',
    '-t',
    String(transactions),
    '-D',
    'place=0',
  ];
  const child = spawn('pgbench', [...options, url], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      output += text;
    });
  }
  const code = await new Promise((resolve) => child.once('exit', resolve));
  const tps = /tps = ([\d.]+)/.exec(output)?.[1];
  if (code !== 0 || !tps || /[1-9]\d* \(.*failed/.test(output)) throw new Error(`pgbench: ${output.slice(-1000)}`);
  return Number(tps);
}

// From which place of the queue on a claim looks. The house remembers where a queue was last seen to begin, and so does each client of its
// limit; of the others it knows nothing, so that it walks past what they took since its own last claim, a few hundred contacts.
const FROM_PLACE = /(c\.place >= )\$(\d+)/;

/** The statements as a script: what was this agent's and this request's becomes each transaction's own, and the place each client's. */
function scriptOf({ statements, agentId, requestId }: Recording, agents: number[]): string {
  const literal = (value: unknown): string => {
    if (value === agentId) return ':agent';
    if (value === requestId) return 'gen_random_uuid()';
    if (typeof value === 'number') return String(value);
    return value instanceof Date ? `'${value.toISOString()}'` : `'${String(value)}'`;
  };
  const lines = statements.map(({ text, values }) => {
    const sql = text.replace(FROM_PLACE, '$1:place').replace(/\$(\d+)/g, (_, n) => literal(values[Number(n) - 1]));
    return `${sql.replace(/\s+/g, ' ').trim()}${FROM_PLACE.test(text) ? ' \\gset' : ';'}`;
  });
  return [`\\set agent ${Math.min(...agents)} + :client_id`, ...lines].join('\n');
}

/** The same by plain connections of this process, where there is no pgbench: its own cost lowers the limit a little. */
async function plainClients({ url, recording, agents, clients, transactions }: Limit): Promise<number> {
  const open = Array.from({ length: clients }, () => new pg.Client({ connectionString: url }));
  await Promise.all(open.map((client) => client.connect()));
  const begun = performance.now();
  await Promise.all(
    open.map(async (client, i) => {
      let place = 0;
      for (let n = 0; n < transactions; n += 1)
        place = await replay(client, recording, { agent: agents[i % agents.length] ?? 0, place });
    }),
  );
  const seconds = (performance.now() - begun) / 1000;
  await Promise.all(open.map((client) => client.end()));
  return (clients * transactions) / seconds;
}

async function replay(
  client: pg.Client,
  { statements, agentId, requestId }: Recording,
  { agent, place }: { agent: number; place: number },
): Promise<number> {
  const own = crypto.randomUUID();
  let found = place;
  for (const [i, { text, values }] of statements.entries()) {
    const from = Number(FROM_PLACE.exec(text)?.[2]) - 1;
    const mine = values.map((value, n) =>
      n === from ? place : value === agentId ? agent : value === requestId ? own : value,
    );
    const { rows } = await client.query<{ place?: number }>({ name: `s${i}`, text, values: mine });
    found = rows[0]?.place ?? found;
  }
  return found;
}
