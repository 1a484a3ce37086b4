import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { startRigPostgres } from '../rig/postgres.ts';
import { type Figure, figureOf, jsonOf, type Measured, tableOf } from './figures.ts';
import { type Options, readOptions, type Scenario } from './options.ts';
import type { Bench } from './types.ts';

/**
 * Measures the house and, in the same run, the limit of the machine it stands on. One line of JSON a figure on stdout, then a table;
 * what it is doing goes to stderr. Ends with 1 when a figure misses what it must reach.
 */
async function bench(options: Options): Promise<boolean> {
  const server = await startRigPostgres();
  const folder = await mkdtemp(join(tmpdir(), 'lead-cabinet-bench-'));
  const figures: Figure[] = [];
  const report = (measured: Measured): void => {
    const figure = figureOf(measured);
    figures.push(figure);
    console.log(jsonOf(figure));
  };
  const say = (text: string): void => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
  try {
    for (const scenario of options.wanted) {
      say(scenario);
      const { run }: { run(bench: Bench): Promise<void> } = await import(files[scenario]);
      await run({ server, folder, options, report, say });
    }
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
  console.log(`\n${machine()}\n\n${tableOf(figures)}`);
  return figures.every(({ ok }) => ok !== false);
}

const files: Record<Scenario, string> = {
  import: './import.ts',
  export: './export.ts',
  issue: './issue.ts',
  pages: './pages.ts',
  support: './support.ts',
  start: './start.ts',
};

const machine = (): string =>
  `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'processor'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}: \`npm run bench -- ${process.argv.slice(2).join(' ')}\``;

process.exit((await bench(readOptions(process.argv.slice(2)))) ? 0 : 1);
