import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { variables } from '../../src/config.ts';

const [dockerfile, compose, ignore, unit, backup] = [
  'Dockerfile',
  'docker-compose.yml',
  '.dockerignore',
  'deploy/lead-cabinet.service',
  'deploy/backup.sh',
].map((path) => readFileSync(path, 'utf8')) as [string, string, string, string, string];
const scripts = Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).scripts);
// Read by Node itself.
const ofNode = ['NODE_COMPILE_CACHE', 'NODE_OPTIONS'];
// Read by the postgres image and by the compose file itself.
const ofPostgres = ['POSTGRES_USER', 'POSTGRES_DB', 'POSTGRES_PASSWORD', 'POSTGRES_INITDB_ARGS'];

test('every variable that the container files set is one that the house reads', () => {
  const set = [
    ...(dockerfile.match(/^ENV .*$/m)?.[0].matchAll(/([A-Z_]+)=/g) ?? []),
    ...compose.matchAll(/^ +([A-Z_]+): /gm),
    ...compose.matchAll(/\$\{([A-Z_]+)/g),
  ].map((match) => match[1]);
  expect(set).toEqual(
    expect.arrayContaining(['NODE_ENV', 'DATABASE_URL', 'SESSION_SECRET', 'BASE_URL', 'PROCESS', 'FILES_DIR']),
  );
  expect(set.filter((name) => ![...variables, ...ofPostgres, ...ofNode].includes(name ?? ''))).toEqual([]);
});

test('every path that the image copies is in the repository and is sent to the builder', () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) =>
    (match[1] ?? '').split(' '),
  );
  expect(copied).toContain('package-lock.json');
  const sent = [...ignore.matchAll(/^!(.+)$/gm)].map((match) => match[1]);
  expect(copied.filter((path) => !existsSync(path))).toEqual([]);
  expect(copied.filter((path) => !sent.includes(path))).toEqual([]);
});

test('every program and npm script that the container and service files start exists', () => {
  const started = [...`${dockerfile}${compose}${unit}`.matchAll(/\b(src\/[\w/-]+\.ts)\b/g)].map(
    (match) => match[1] ?? '',
  );
  expect(started).toEqual(expect.arrayContaining(['src/migrations/command.ts', 'src/server.ts', 'src/worker.ts']));
  expect(started.filter((path) => !existsSync(path))).toEqual([]);
  const run = [...dockerfile.matchAll(/npm run (\S+)/g)].map((match) => match[1]);
  expect(run).toContain('build');
  expect(run.filter((name) => !scripts.includes(name ?? ''))).toEqual([]);
});

test('uploaded files and the database lie in volumes, where the house looks for them', () => {
  const filesDir = /FILES_DIR=(\S+)/.exec(dockerfile)?.[1];
  expect(dockerfile).toContain(`VOLUME ${filesDir}`);
  expect([...compose.matchAll(/'files:(\S+)'/g)].map((match) => match[1])).toEqual([filesDir, filesDir]);
  const used = [...compose.matchAll(/volumes: \['(\w+):/g)].map((match) => match[1]);
  const declared = [...(compose.split(/^volumes:$/m)[1] ?? '').matchAll(/^ {2}(\w+):$/gm)].map((match) => match[1]);
  expect(new Set(used)).toEqual(new Set(declared));
});

test('the backup names only variables of the house', () => {
  const named = [...backup.matchAll(/\$([A-Z_]{3,})/g)].map((match) => match[1]);
  expect(named).toEqual(['DATABASE_URL', 'FILES_DIR']);
  expect(variables).toEqual(expect.arrayContaining(named));
});

test('the house has the same nursery wherever it is started, and in its bench', () => {
  const flags = [
    dockerfile,
    unit,
    ...['bin/start.mjs', 'tests/bench/house.ts'].map((path) => readFileSync(path, 'utf8')),
  ].map((text) => text.match(/--max-semi-space-size=\d+/g));
  expect(flags).toEqual(Array(4).fill(['--max-semi-space-size=16']));
});
