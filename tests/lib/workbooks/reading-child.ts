import { writeFileSync, writeSync } from 'node:fs';
import { isTableFault, openTable } from '../../../src/lib/spreadsheet.ts';
import { mutantOf } from './mutants.ts';

let rows = 0;

// A process of its own, so that a hang can be killed and a crash be seen. For every file it says its number before and the outcome
// after. Without numbers it reads the file that is there.
const [path = '', from, to] = process.argv.slice(2);
for (let seed = Number(from ?? 0); seed <= Number(to ?? 0); seed += 1) {
  if (from !== undefined) writeFileSync(path, mutantOf(seed));
  say({ seed });
  const start = performance.now();
  rows = 0;
  const outcome = await read(path);
  say({ seed, outcome, milliseconds: performance.now() - start, rss: process.resourceUsage().maxRSS * 1024, rows });
}

async function read(file: string): Promise<string> {
  try {
    const table = await openTable(file, 'upload.xlsx');
    try {
      for (const { index } of table.sheets) for await (const batch of table.rows(index)) rows += batch.length;
    } finally {
      await table.close();
    }
    return 'read';
  } catch (error) {
    return isTableFault(error) ? error.code : `crash: ${error instanceof Error ? error.stack : error}`;
  }
}

function say(line: object): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}
