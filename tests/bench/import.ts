import { join } from 'node:path';
import { hashPassword } from '../../src/modules/accounts/index.ts';
import { copyDatabase, dropDatabase, emptyDatabase, withClient } from './databases.ts';
import { logIn, startHouse, tellsLag } from './house.ts';
import { writeCopy, writeCsv, writeXlsx } from './imports/files.ts';
import { copyAlone, readAlone } from './imports/limits.ts';
import { importThrough } from './imports/through.ts';
import { askLag, watchMemory } from './imports/watch.ts';
import type { Bench } from './types.ts';

const TEMPLATE = 'import_template';
const DATABASE = 'import_run';
const PASSWORD = 'correct horse battery';
const EMAIL = 'staff@example.com';
const SMALL_PART = 10;

type Files = { xlsx: string; csv: string; small: string; copy: string };
type Run = { seconds: number; mb: number; lag: number };

/**
 * A list on its way from upload to result, through HTTP, in a database where every contact is new. Its limit is read and copy:
 * our reader over the same file doing nothing, then COPY of the contacts that come of it into the same table.
 */
export async function run(bench: Bench): Promise<void> {
  const made = await makeTemplate(bench);
  const files = await makeFiles(bench, made);
  const series = { copy: [] as number[], read: [] as number[], readMb: [] as number[] };
  const runs = { xlsx: [] as Run[], csv: [] as Run[], small: [] as Run[] };
  for (let n = 0; n < bench.options.runs; n += 1) {
    const read = await readAlone(files.xlsx);
    series.read.push(read.seconds);
    series.readMb.push(read.mb);
    series.copy.push(await inFreshDatabase(bench, (url) => copyAlone(url, files.copy)));
    for (const kind of ['xlsx', 'csv', 'small'] as const) {
      const one = await inFreshDatabase(bench, (url) => importOnce(bench, url, files[kind]));
      bench.say(`import ${kind}: ${one.seconds.toFixed(1)} s, ${one.mb.toFixed(0)} MB, lag ${one.lag.toFixed(1)} ms`);
      runs[kind].push(one);
    }
  }
  report(bench, series, runs);
}

function report(
  { report }: Bench,
  { copy, read, readMb }: Record<'copy' | 'read' | 'readMb', number[]>,
  { xlsx, csv, small }: Record<'xlsx' | 'csv' | 'small', Run[]>,
): void {
  const of = (runs: Run[], what: keyof Run): number[] => runs.map((one) => one[what]);
  const readAndCopy = copy.map((seconds, at) => seconds + (read[at] ?? 0));
  const atMost = (most: number) => ({ value: { atMost: most } });
  report({ name: 'reader.xlsx.seconds', unit: 's', values: read, target: atMost(3) });
  report({ name: 'reader.xlsx.rss.mb', unit: 'MB', values: readMb, target: atMost(250) });
  report({
    name: 'import.xlsx.seconds',
    unit: 's',
    values: of(xlsx, 'seconds'),
    limits: readAndCopy,
    target: { ratio: { atMost: 1.6 } },
  });
  report({
    name: 'import.csv.seconds',
    unit: 's',
    values: of(csv, 'seconds'),
    limits: copy,
    target: { ratio: { atMost: 2 } },
  });
  report({ name: 'import.rss.mb', unit: 'MB', values: of([...xlsx, ...csv], 'mb'), target: atMost(450) });
  report({
    name: 'import.rss.growth',
    unit: 'MB',
    values: of(xlsx, 'mb'),
    limits: of(small, 'mb'),
    target: { ratio: { atMost: 1.3 } },
  });
  report({ name: 'import.app_lag.ms', unit: 'ms', values: of([...xlsx, ...csv], 'lag'), target: atMost(50) });
}

/** A database with an administrator, a base and an import that COPY may point to. */
async function makeTemplate({ server }: Bench): Promise<{ base: number; import: number }> {
  const hash = await hashPassword(PASSWORD);
  return withClient(await emptyDatabase(server, TEMPLATE), async (client) => {
    const { rows } = await client.query<{ base: number; import: number }>(
      `WITH person AS (
         INSERT INTO users (name, name_key, email, role, status, password_hash, email_confirmed_at)
         VALUES ('staff', 'staff', '${EMAIL}', 'admin', 'approved', '${hash}', now()) RETURNING id
       ), file AS (
         INSERT INTO stored_files (stored_as, original_name, mime, size, sha256)
         VALUES ('-', 'earlier.csv', 'text/plain', 1, '-') RETURNING id
       ), earlier AS (
         INSERT INTO imports (file_id, preview, plan, created_by_id, status)
         SELECT file.id, '{"sheets":[]}', '{"sheets":[],"bases":[]}', person.id, 'finished' FROM file, person RETURNING id
       )
       SELECT (SELECT id FROM base_types WHERE code = 'whatsapp') AS base, (SELECT id FROM earlier) AS import`,
    );
    const [ids] = rows;
    if (!ids) throw new Error('The template was not made');
    return ids;
  });
}

async function makeFiles({ folder, options, say }: Bench, ids: { base: number; import: number }): Promise<Files> {
  say(`a list of ${options.rows} rows`);
  const files = {
    xlsx: join(folder, 'WhatsApp.xlsx'),
    csv: join(folder, 'WhatsApp.csv'),
    small: join(folder, 'WhatsApp small.xlsx'),
    copy: join(folder, 'whatsapp.copy'),
  };
  await writeXlsx(files.xlsx, options.rows);
  await writeXlsx(files.small, Math.ceil(options.rows / SMALL_PART));
  await writeCsv(files.csv, options.rows);
  await writeCopy(files.copy, options.rows, ids);
  return files;
}

async function inFreshDatabase<T>({ server }: Bench, work: (url: string) => Promise<T>): Promise<T> {
  const url = await copyDatabase(server, TEMPLATE, DATABASE);
  try {
    return await work(url);
  } finally {
    await dropDatabase(server, DATABASE);
  }
}

async function importOnce(bench: Bench, url: string, file: string): Promise<Run> {
  const lagFile = join(bench.folder, 'lag.json');
  const house = await startHouse(bench, url, tellsLag(lagFile));
  try {
    const cookie = await logIn(house.url, EMAIL, PASSWORD);
    await askLag(house.pid(), lagFile);
    const memory = watchMemory(house.pid());
    const began = performance.now();
    const card = await importThrough({ url: house.url, cookie }, file);
    const seconds = (performance.now() - began) / 1000;
    const mb = memory.stop();
    const lag = await askLag(house.pid(), lagFile);
    await checkResult(url, card);
    return { seconds, mb, lag };
  } finally {
    await house.stop();
  }
}

/** A quick wrong import is worth nothing: every row has its verdict, and the mess is what was put in. */
async function checkResult(url: string, card: string): Promise<void> {
  const [row] = await withClient(url, async (client) => {
    const text = `SELECT status::text, rows_read, created, duplicate_in_file, (SELECT count(*)::int FROM contacts) AS contacts
      FROM imports WHERE id = $1`;
    return (await client.query(text, [card.split('/').at(-1)])).rows;
  });
  const { status, rows_read: rows, created, duplicate_in_file: twice, contacts } = row;
  const right = created === contacts && created === Math.round(rows * 0.93) && twice === Math.round(rows * 0.05);
  if (status !== 'finished' || !right) throw new Error(`The import went wrong: ${JSON.stringify(row)}`);
}
