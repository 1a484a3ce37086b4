import { openTable } from '../../../src/lib/spreadsheet.ts';

// The reader by itself: reads every row of a file and does nothing with it.
const [path = ''] = process.argv.slice(2);
const began = performance.now();
const table = await openTable(path, path);
let rows = 0;
for await (const batch of table.rows(0)) rows += batch.length;
await table.close();
const seconds = (performance.now() - began) / 1000;
console.log(JSON.stringify({ rows, seconds, mb: process.resourceUsage().maxRSS / 1024 }));
