import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { generateClient } from './client.ts';
import { buildCss } from './css.ts';
import { ROOT } from './environment.ts';
import { runQuietly } from './run.ts';

type Count = { passed: number; failed: number };
type Report = { testResults: { status: string; assertionResults: { status: string }[] }[] };

const RESULTS = 'var/test-results.json';

const checks: [name: string, check: () => Promise<void>][] = [
  ['format and lint', () => runQuietly('node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings')],
  ['types', () => runQuietly('node_modules/typescript/bin/tsc', '--noEmit')],
  ['style sheet', buildCss],
];

/** Every check and every test, whatever fails; each check counts as one test. */
async function testEverything(words: string[]): Promise<Count> {
  await generateClient();
  const counts = await Promise.all(checks.map(([name, check]) => runCheck(name, check)));
  counts.push(await runTests(words));
  return { passed: sum(counts.map(({ passed }) => passed)), failed: sum(counts.map(({ failed }) => failed)) };
}

async function runCheck(name: string, check: () => Promise<void>): Promise<Count> {
  try {
    await check();
    console.log(`✓ ${name}`);
    return { passed: 1, failed: 0 };
  } catch (error) {
    console.error(`✗ ${name}\n${error instanceof Error ? error.message : error}`);
    return { passed: 0, failed: 1 };
  }
}

async function runTests(words: string[]): Promise<Count> {
  await mkdir('var', { recursive: true });
  await rm(RESULTS, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${RESULTS}`];
  const vitest = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...words], {
    env: environmentForTests(),
    stdio: 'inherit',
  });
  const status = await new Promise((resolve) => vitest.once('exit', resolve));
  const count = countTests(await readFile(RESULTS, 'utf8').then(JSON.parse, () => ({ testResults: [] })));
  // An error outside every test, or a run that was cut short.
  return status !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

// Nobody's real database, mail or secrets.
function environmentForTests(): NodeJS.ProcessEnv {
  const kept = [
    'PATH',
    'HOME',
    'TMPDIR',
    'TEMP',
    'TERM',
    'CI',
    'LANG',
    'USER',
    'SystemRoot',
    'FORCE_COLOR',
    'NO_COLOR',
  ];
  return Object.fromEntries(kept.map((name) => [name, process.env[name]]));
}

function countTests({ testResults }: Report): Count {
  const statuses = testResults.flatMap(({ status, assertionResults }) =>
    // A file that does not even load has failed without a test of its own.
    assertionResults.length === 0 ? [status] : assertionResults.map((test) => test.status),
  );
  const count = (wanted: string) => statuses.filter((status) => status === wanted).length;
  return { passed: count('passed'), failed: count('failed') };
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

process.chdir(ROOT);
const { passed, failed } = await testEverything(process.argv.slice(2));
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
