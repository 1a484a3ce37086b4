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
export const limitOf = async (limit: Limit, script: string): Promise<number> =>
  (await hasPgbench()) ? pgbench(limit, script) : plainClients(limit);

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
    'head=0',
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

// What a claim answers, and from which place of the queue on it looks: the house remembers where the queue begins, and so does its limit.
const FROM = /(c\.place >= )\$(\d+)/;

/** The statements as a script: what was this agent's and this request's becomes each transaction's own. */
function scriptOf({ statements, agentId, requestId }: Recording, agents: number[]): string {
  const literal = (value: unknown): string => {
    if (value === agentId) return ':agent';
    if (value === requestId) return 'gen_random_uuid()';
    if (typeof value === 'number') return String(value);
    return value instanceof Date ? `'${value.toISOString()}'` : `'${String(value)}'`;
  };
  const lines = statements.map(({ text, values }) => {
    const sql = text.replace(FROM, '$1:head').replace(/\$(\d+)/g, (_, n) => literal(values[Number(n) - 1]));
    return `${sql.replace(/\s+/g, ' ').trim()}${FROM.test(text) ? ' \\gset' : ';'}`;
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
      let head = 0;
      for (let n = 0; n < transactions; n += 1)
        head = await replay(client, recording, { agent: agents[i % agents.length] ?? 0, head });
    }),
  );
  const seconds = (performance.now() - begun) / 1000;
  await Promise.all(open.map((client) => client.end()));
  return (clients * transactions) / seconds;
}

async function replay(
  client: pg.Client,
  { statements, agentId, requestId }: Recording,
  { agent, head }: { agent: number; head: number },
): Promise<number> {
  const own = crypto.randomUUID();
  let found = head;
  for (const [i, { text, values }] of statements.entries()) {
    const from = Number(FROM.exec(text)?.[2]) - 1;
    const mine = values.map((value, n) =>
      n === from ? head : value === agentId ? agent : value === requestId ? own : value,
    );
    const { rows } = await client.query<{ head?: number }>({ name: `s${i}`, text, values: mine });
    found = rows[0]?.head ?? found;
  }
  return found;
}
