import type { SqlDoor } from '../db.ts';
import { q } from '../lib/sql.ts';
import { wallClock } from '../lib/zoned-time.ts';
import { faultOf, textOf } from './faults.ts';

type Run = { at: Date; ms: number; error?: unknown };
type Failure = { at: Date; ms: number; fault: string; error: string };
type Noted = { at: Date; ms: number; failed: boolean; runs: number; failed_runs: number; failed_last: Failure[] };

/** The book of runs: `note` costs nothing, `flush` writes what was noted since. */
export type RunBook = { note(name: string, run: Run): void; flush(): Promise<void> };

type Options = { sql: SqlDoor; zone: string; onError(error: Error): void };

const KEPT = 20;
const QUIET_MS = 1000;

/**
 * Keeps when each job ran last, how it ended and how often it ran today. Runs of a second are written together, so that a job that runs
 * fifty times a second costs one statement. What could not be written is kept for the next second.
 */
export function openRunBook({ sql, zone, onError }: Options): RunBook {
  let noted = new Map<string, Noted>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(write);
    return writing;
  };
  const write = async (): Promise<void> => {
    const batch = noted;
    if (batch.size === 0) return;
    noted = new Map();
    try {
      await sql.run(entry(batch, zone));
    } catch (error) {
      for (const [name, later] of noted) batch.set(name, sumOf(batch.get(name), later));
      noted = batch;
      onError(error instanceof Error ? error : new Error(String(error)));
    }
  };
  return {
    note(name, run) {
      noted.set(name, sumOf(noted.get(name), runOf(run)));
      timer ??= setTimeout(flush, QUIET_MS).unref();
    },
    flush,
  };
}

function runOf({ at, ms, error }: Run): Noted {
  const whole = Math.round(ms);
  if (error === undefined) return { at, ms: whole, failed: false, runs: 1, failed_runs: 0, failed_last: [] };
  const failure = { at, ms: whole, fault: faultOf(error), error: textOf(error) };
  return { at, ms: whole, failed: true, runs: 1, failed_runs: 1, failed_last: [failure] };
}

function sumOf(before: Noted | undefined, later: Noted): Noted {
  if (!before) return later;
  return {
    ...later,
    runs: before.runs + later.runs,
    failed_runs: before.failed_runs + later.failed_runs,
    failed_last: [...before.failed_last, ...later.failed_last].slice(-KEPT),
  };
}

/** Rows in the order of their names: two processes that write at once wait for each other and never lock up. */
function entry(noted: Map<string, Noted>, zone: string) {
  const rows = [...noted].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, run]) => ({ name, ...run }));
  const day = new Date(wallClock(Date.now(), zone)).toISOString().slice(0, 10);
  return q`
    WITH noted AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS n(name text, at timestamptz, ms int, failed boolean, runs int, failed_runs int, failed_last jsonb)
    ), failures AS (
      INSERT INTO job_failures (name, at, ms, fault, error)
      SELECT n.name, f.at, f.ms, f.fault, f.error
      FROM noted n, jsonb_to_recordset(n.failed_last) AS f(at timestamptz, ms int, fault text, error text)
      RETURNING name
    ), forgotten AS (
      DELETE FROM job_failures WHERE id IN (
        SELECT x.id FROM (SELECT DISTINCT name FROM failures) f
        CROSS JOIN LATERAL (SELECT o.id FROM job_failures o WHERE o.name = f.name ORDER BY o.id DESC OFFSET ${KEPT}) x)
    )
    INSERT INTO job_runs AS r (name, last_at, last_ms, failed, day, runs, failures)
    SELECT name, at, ms, failed, ${day}::date, runs, failed_runs FROM noted ORDER BY name
    ON CONFLICT (name) DO UPDATE SET
      last_at = greatest(r.last_at, excluded.last_at),
      last_ms = CASE WHEN excluded.last_at >= r.last_at THEN excluded.last_ms ELSE r.last_ms END,
      failed = CASE WHEN excluded.last_at >= r.last_at THEN excluded.failed ELSE r.failed END,
      runs = excluded.runs + CASE WHEN r.day = excluded.day THEN r.runs ELSE 0 END,
      failures = excluded.failures + CASE WHEN r.day = excluded.day THEN r.failures ELSE 0 END,
      day = excluded.day`;
}
