import { execFile, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Recording, Statement } from './recorded.ts';

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
  const options = ['-n', '-f', file, '-M', 'prepared', '-c', String(clients), '-j', '2', '-t', String(transactions)];
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

/** The statements as a script: what was this agent's, this request's, these contacts' becomes each transaction's own. */
function scriptOf({ statements, agentId, requestId, contacts }: Recording, agents: number[]): string {
  const first = Math.min(...agents);
  const isContacts = (value: unknown): boolean => Array.isArray(value) && value.length === contacts.length;
  const inserted = issuanceIdIn(statements);
  const literal = (value: unknown): string => {
    if (value === agentId) return ':agent';
    if (value === requestId) return 'gen_random_uuid()';
    if (value === inserted) return ':issuance';
    if (isContacts(value)) return ':contacts';
    if (typeof value === 'number') return String(value);
    if (value instanceof Date) return `'${value.toISOString()}'`;
    return `'${String(value)}'`;
  };
  const lines = statements.map(({ text, values }) => {
    const sql = text
      .replace(/\$(\d+)/g, (_, n) => literal(values[Number(n) - 1]))
      .replace(/\s+/g, ' ')
      .trim();
    if (/SKIP LOCKED/.test(sql)) return `SELECT array_agg(id) AS contacts FROM (${sql}) AS claimed \\gset`;
    if (/^INSERT INTO issuances/.test(sql)) return `${sql.replace(/RETURNING id$/, 'RETURNING id AS issuance')} \\gset`;
    return `${sql};`;
  });
  return [`\\set agent ${first} + :client_id`, ...lines].join('\n');
}

// The update of contacts is the only statement that carries the new issuance's number beside the list of contacts.
function issuanceIdIn(statements: Statement[]): unknown {
  return statements.find(({ text }) => /^\s*UPDATE contacts/.test(text))?.values[1];
}

/** The same by plain connections of this process, where there is no pgbench: its own cost lowers the limit a little. */
async function plainClients({ url, recording, agents, clients, transactions }: Limit): Promise<number> {
  const open = Array.from({ length: clients }, () => new pg.Client({ connectionString: url }));
  await Promise.all(open.map((client) => client.connect()));
  const begun = performance.now();
  await Promise.all(
    open.map(async (client, i) => {
      for (let n = 0; n < transactions; n += 1) await replay(client, recording, agents[i % agents.length] ?? 0);
    }),
  );
  const seconds = (performance.now() - begun) / 1000;
  await Promise.all(open.map((client) => client.end()));
  return (clients * transactions) / seconds;
}

async function replay(client: pg.Client, { statements, agentId, requestId, contacts }: Recording, agent: number) {
  let claimed: number[] = [];
  let issuance = 0;
  const own = crypto.randomUUID();
  const inserted = issuanceIdIn(statements);
  for (const [i, { text, values }] of statements.entries()) {
    const mine = values.map((value) => {
      if (value === agentId) return agent;
      if (value === requestId) return own;
      if (value === inserted) return issuance;
      return Array.isArray(value) && value.length === contacts.length ? claimed : value;
    });
    const { rows } = await client.query({ name: `s${i}`, text, values: mine });
    if (/SKIP LOCKED/.test(text)) claimed = rows.map(({ id }) => id);
    if (/^\s*INSERT INTO issuances/.test(text)) issuance = rows[0]?.id ?? 0;
  }
}
