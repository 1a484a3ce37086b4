import { writeFileSync, writeSync } from 'node:fs';
import { isTableFault, openTable } from '../../../src/lib/spreadsheet.ts';
import { mutantOf } from './mutants.ts';

// A process of its own, so that a hang can be killed and a crash be seen. For every file it says its number before and the outcome after.
const [path = '', from = '1', to = '1'] = process.argv.slice(2);
for (let seed = Number(from); seed <= Number(to); seed += 1) {
  writeFileSync(path, mutantOf(seed));
  say({ seed });
  const start = performance.now();
  const outcome = await read(path);
  say({ seed, outcome, milliseconds: performance.now() - start, rss: process.memoryUsage.rss() });
}

async function read(file: string): Promise<string> {
  try {
    const table = await openTable(file, 'upload.xlsx');
    try {
      for (const { index } of table.sheets) for await (const rows of table.rows(index)) void rows;
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
