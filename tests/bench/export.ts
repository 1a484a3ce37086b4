import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ask } from '../rig/http.ts';
import type { Instance } from '../rig/instance.ts';
import { emptyDatabase, withClient } from './databases.ts';
import { fillForExport, staff } from './export-data.ts';
import { copySeconds } from './export-rows.ts';
import { percentile } from './figures.ts';
import { logIn, startHouse } from './house.ts';
import { residentMegabytes, watchingMemory } from './process.ts';
import type { Bench } from './types.ts';

const exceljs = fileURLToPath(new URL('./exceljs.child.ts', import.meta.url));
type Download = { seconds: number; megabytes: number; peak: number; pages: number[] };

/** The list of all contacts as a file, from the request to the last byte; COPY and exceljs with the same rows by turns with it. */
export async function run(bench: Bench): Promise<void> {
  const { options, report, say } = bench;
  const url = await emptyDatabase(bench.server, 'export');
  await withClient(url, (client) => fillForExport(client, options.rows));
  const house = await startHouse(bench, url);
  try {
    const cookie = await logIn(house.url, staff.email, staff.password);
    await fetched(house.url, '/admin/contacts/file/csv?q=%2B79000000004', cookie);
    const idle = residentMegabytes(house.pid());
    const [csv, xlsx]: [Download[], Download[]] = [[], []];
    const [copies, workbooks]: [number[], number[]] = [[], []];
    for (let round = 0; round < options.runs; round += 1) {
      copies.push(await copySeconds(url));
      csv.push(await download(house, 'csv', cookie));
      workbooks.push(await exceljsSeconds(url));
      xlsx.push(await download(house, 'xlsx', cookie));
      for (const [name, { seconds, megabytes, peak }] of Object.entries({ csv: csv.at(-1), xlsx: xlsx.at(-1) }) as [
        string,
        Download,
      ][])
        say(
          `${name}: ${seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB sent, ${peak.toFixed(0)} MB of memory at most`,
        );
    }
    const all = [...csv, ...xlsx];
    const secondsOf = (downloads: Download[]): number[] => downloads.map(({ seconds }) => seconds);
    report({
      name: 'export.xlsx.seconds',
      unit: 's',
      values: secondsOf(xlsx),
      limits: workbooks,
      target: { ratio: { atMost: 0.6 } },
    });
    report({
      name: 'export.csv.seconds',
      unit: 's',
      values: secondsOf(csv),
      limits: copies,
      target: { ratio: { atMost: 3 } },
    });
    // The worst of all: a median would hide what only shows after some downloads.
    report({
      name: 'export.rss.mb',
      unit: 'MB',
      values: [Math.max(...all.map(({ peak }) => peak)) - idle],
      target: { value: { atMost: 120 } },
    });
    const lags = all.map(({ pages }) => percentile(pages, 0.99));
    report({ name: 'export.page_meanwhile.p99.ms', unit: 'ms', values: lags, target: { value: { atMost: 50 } } });
  } finally {
    await house.stop();
  }
}

/** Takes the file as a browser does, while somebody else opens a page over and over. */
async function download(house: Instance, format: string, cookie: string): Promise<Download> {
  const began = performance.now();
  const pages: number[] = [];
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
  return { seconds, megabytes: result / 2 ** 20, peak, pages };
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
