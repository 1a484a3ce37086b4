import type { RigPostgres } from '../rig/postgres.ts';
import type { Measured } from './figures.ts';
import type { Options } from './options.ts';

/** What every scenario gets. Each is a file of its own with `export async function run(bench: Bench)`. */
export type Bench = {
  /** A durable PostgreSQL of this bench's own. */
  server: RigPostgres;
  /** A folder that is removed afterwards. */
  folder: string;
  options: Options;
  /** Hands in a figure as soon as it is known. */
  report(measured: Measured): void;
  /** Says on stderr what is being done. */
  say(text: string): void;
};
