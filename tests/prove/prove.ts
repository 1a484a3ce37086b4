import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RigPostgres, startRigPostgres } from '../rig/postgres.ts';
import { buildWorld, dropGuards } from './data.ts';
import { type Options, readOptions } from './options.ts';
import { type Outcome, runTrial, type Trial } from './trial.ts';

/**
 * Proves the first two promises of the house: a key goes to one agent, nobody gets more than allowed, nothing acknowledged is lost, a
 * retried form acts once, with 64 agents, two instances and `kill -9` of everything. Then lets a naive verb through the same mill,
 * where the checker must find what is wrong. Prints one JSON line; ends with 1 when a rule is broken or the naive one passes.
 */
async function prove(options: Options): Promise<boolean> {
  const server = await startRigPostgres();
  const folder = await mkdtemp(join(tmpdir(), 'lead-cabinet-prove-'));
  let proven = false;
  try {
    const house = await proveHouse(server, folder, options);
    const naive = await proveNaive(server, folder, options);
    const holds = house.findings.length === 0;
    const caught = naive.findings.some(({ rule }) => rule === 'a key is shown to one agent');
    const verdict = !holds ? 'broken' : caught ? 'proven' : 'the checker is blind';
    console.log(JSON.stringify({ name: 'prove', verdict, seed: options.seed, clients: options.clients, house, naive }));
    proven = holds && caught;
    return proven;
  } finally {
    await server.stop();
    if (proven) await rm(folder, { recursive: true, force: true });
    else console.error(`The instances' logs are in ${folder}`);
  }
}

async function proveHouse(server: RigPostgres, folder: string, options: Options): Promise<Outcome> {
  const database = 'proof';
  const url = server.urlOf(database);
  const world = await build(url, options.clients, options.issues);
  const environment = {
    NODE_ENV: 'production',
    DATABASE_URL: url,
    SESSION_SECRET: 'the secret of both instances, invented',
    // Nobody listens there: letters must not matter to those who wait for contacts.
    SMTP_URL: 'smtp://127.0.0.1:9',
    FILES_DIR: join(folder, 'files'),
    OUTBOX_DIR: join(folder, 'outbox'),
    LOG_LEVEL: 'error',
  };
  const program = fileURLToPath(new URL('../../src/server.ts', import.meta.url));
  const programs = ['all', 'web'].map((PROCESS) => ({ program, environment: { ...environment, PROCESS } }));
  return told('house', { server, database, world, programs, logs: folder, ...options, seconds: options.minutes * 60 });
}

async function proveNaive(server: RigPostgres, folder: string, options: Options): Promise<Outcome> {
  const database = 'naive';
  const url = server.urlOf(database);
  // Long enough for two of its agents to meet, however short the proof is.
  const issues = Math.max(2_000, Math.ceil(options.issues / 10));
  const seconds = Math.max(20, options.minutes * 6);
  const world = await build(url, options.clients, issues);
  await dropGuards(url);
  const program = fileURLToPath(new URL('naive.ts', import.meta.url));
  const environment = { DATABASE_URL: url };
  const programs = [1, 2].map(() => ({ program, environment }));
  return told('naive', { server, database, world, programs, logs: folder, ...options, issues, seconds });
}

// An act asks for 2.5 contacts on average.
const build = (url: string, agents: number, issues: number) =>
  buildWorld(url, { agents, contacts: Math.ceil(issues * 2.5) });

async function told(name: string, trial: Trial): Promise<Outcome> {
  console.error(
    `${name}: ${trial.world.agents.length} agents, ${trial.world.contacts} contacts, at most ${trial.seconds} s`,
  );
  const outcome = await runTrial(trial);
  const { issued = 0 } = outcome.figures.answers as Record<string, number>;
  console.error(`${name}: ${issued} issues, kills ${JSON.stringify(outcome.figures.kills)}`);
  for (const { rule, cases, examples } of outcome.findings)
    console.error(`  broken: ${rule}: ${cases} (${examples[0]} …)`);
  return outcome;
}

process.exit((await prove(readOptions(process.argv.slice(2)))) ? 0 : 1);
