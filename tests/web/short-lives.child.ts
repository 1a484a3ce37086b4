import { writeSync } from 'node:fs';
import v8 from 'node:v8';
import { createViews } from '../../src/web/nunjucks.ts';

const PAGES = 150;
const views = createViews({ watch: false });

function draw(): void {
  const rows = Array.from({ length: 2_000 }, (_, id) => ({ id, name: `${id}` }));
  views.renderString('{{ rows.length }}', { rows });
}

const old = (): number =>
  v8.getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space')?.space_used_size ?? 0;

for (let n = 0; n < 20; n += 1) draw();
globalThis.gc?.({ type: 'major', execution: 'sync' });
const before = old();
for (let n = 0; n < PAGES; n += 1) {
  draw();
  for (let look = 0; look < 2; look += 1) globalThis.gc?.({ type: 'minor', execution: 'sync' });
}
// Kilobytes that each page left among the old objects, though V8 has looked at the young ones since.
writeSync(1, String((old() - before) / PAGES / 1_000));
