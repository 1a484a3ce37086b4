import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ask } from '../rig/http.ts';
import type { Instance } from '../rig/instance.ts';
import { emptyDatabase, withClient } from './databases.ts';
import { fillForExport, staff } from './export-data.ts';
import { copySeconds } from './export-rows.ts';
import { percentile } from './figures.ts';
import { logIn, startHouse, tellsLag } from './house.ts';
import { askLag } from './imports/watch.ts';
import { residentMegabytes, watchingMemory } from './process.ts';
import type { Bench } from './types.ts';

const exceljs = fileURLToPath(new URL('./exceljs.child.ts', import.meta.url));
type Download = { seconds: number; megabytes: number; idle: number; peak: number; pages: number[]; lag: number };
type Runs = { csv: Download[]; xlsx: Download[]; copies: number[]; workbooks: number[] };
type Watched = { house: Instance; cookie: string; lagFile: string };

/** The list of all contacts as a file, from the request to the last byte; COPY and exceljs with the same rows by turns with it. */
export async function run(bench: Bench): Promise<void> {
  const url = await emptyDatabase(bench.server, 'export');
  await withClient(url, (client) => fillForExport(client, bench.options.rows));
  const lagFile = join(bench.folder, 'export-lag.json');
  const house = await startHouse(bench, url, tellsLag(lagFile));
  try {
    const cookie = await logIn(house.url, staff.email, staff.password);
    await fetched(house.url, '/admin/contacts/file/csv?q=%2B79000000004', cookie);
    const runs: Runs = { csv: [], xlsx: [], copies: [], workbooks: [] };
    for (let round = 0; round < bench.options.runs; round += 1) {
      runs.copies.push(await copySeconds(url));
      runs.csv.push(await download(bench, { house, cookie, lagFile }, 'csv'));
      runs.workbooks.push(await exceljsSeconds(url));
      runs.xlsx.push(await download(bench, { house, cookie, lagFile }, 'xlsx'));
    }
    report(bench, runs);
  } finally {
    await house.stop();
  }
}

function report({ report }: Bench, { csv, xlsx, copies, workbooks }: Runs): void {
  const all = [...csv, ...xlsx];
  const atMost = (most: number) => ({ value: { atMost: most } });
  const compared = (name: string, values: number[], limits: number[], most: number): void =>
    report({ name, unit: 's', values, limits, target: { ratio: { atMost: most } } });
  compared(
    'export.xlsx.seconds',
    xlsx.map(({ seconds }) => seconds),
    workbooks,
    0.6,
  );
  compared(
    'export.csv.seconds',
    csv.map(({ seconds }) => seconds),
    copies,
    3,
  );
  // The worst of all above the least of all: a median would hide what only shows after some downloads, and a house that has just begun holds
  // garbage that it drops later.
  const peak = Math.max(...all.map((one) => one.peak));
  const idle = Math.min(...all.map((one) => one.idle));
  report({ name: 'export.rss.mb', unit: 'MB', values: [peak - idle], target: atMost(120) });
  report({ name: 'export.app_lag.ms', unit: 'ms', values: all.map(({ lag }) => lag), target: atMost(50) });
  const waits = all.map(({ pages }) => percentile(pages, 0.99));
  report({ name: 'export.page_meanwhile.p99.ms', unit: 'ms', values: waits });
}

/** Takes the file as a browser does, while somebody else opens a page over and over. */
async function download({ say }: Bench, { house, cookie, lagFile }: Watched, format: string): Promise<Download> {
  const pages: number[] = [];
  await askLag(house.pid(), lagFile);
  const idle = residentMegabytes(house.pid());
  const began = performance.now();
  let seconds = 0;
  const { result, peak } = await watchingMemory(house.pid(), async () => {
    const file = fetched(house.url, `/admin/contacts/file/${format}`, cookie).finally(() => {
      seconds = (performance.now() - began) / 1000;
    });
    while (seconds === 0) {
      const asked = performance.now();
      await ask(house.url, { path: '/login' });
      pages.push(performance.now() - asked);
      await Promise.race([file, pause(20)]);
    }
    return file;
  });
  const lag = await askLag(house.pid(), lagFile);
  const megabytes = result / 2 ** 20;
  say(
    `${format}: ${seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB sent, memory ${peak.toFixed(0)} MB, lag ${lag.toFixed(1)} ms`,
  );
  return { seconds, megabytes, idle, peak, pages, lag };
}

/** How many bytes came. */
async function fetched(base: string, path: string, cookie: string): Promise<number> {
  const headers = {
    cookie,
    accept: 'text/html,*/*;q=0.5',
    'accept-encoding': 'gzip, deflate, br',
    'sec-fetch-site': 'same-origin',
  };
  const [answer] = await once(get(new URL(path, base), { headers }), 'response');
  let bytes = 0;
  for await (const piece of answer) bytes += piece.length;
  if (answer.statusCode !== 200 || !answer.complete) throw new Error(`${path}: ${answer.statusCode}, ${bytes} bytes`);
  return bytes;
}

/** exceljs's streaming writer in a process of its own, fed from memory, into nothing. */
async function exceljsSeconds(url: string): Promise<number> {
  const child = spawn(process.execPath, ['--max-old-space-size=6000', exceljs, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for await (const piece of child.stdout) said += piece;
  const seconds = Number(said);
  if (!(seconds > 0)) throw new Error('exceljs has not finished');
  return seconds;
}
