import type { SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import { wallClock } from '../../lib/zoned-time.ts';

export type Fault = 'unreachable' | 'slow' | 'busy' | 'declined' | 'fault';
export type Failure = { id: number; name: string; at: Date; ms: number; fault: Fault; error: string };
export type JobRow = {
  name: string;
  cron: string | undefined;
  nextAt: Date | undefined;
  lastAt: Date | null;
  lastMs: number | null;
  failed: boolean | null;
  /** Of the last failure; null when it is long forgotten. */
  fault: Fault | null;
  error: string | null;
  runsToday: number;
  failuresToday: number;
  waiting: number;
  running: number;
  /** It ended a moment ago, and how is perhaps not written yet. */
  ended: boolean;
};
type Stored = Omit<JobRow, 'cron' | 'nextAt'>;

/** Every job of the house with its last run, its next one, and what waits for it. */
export async function listJobs(ctx: SqlCtx): Promise<JobRow[]> {
  const known = ctx.jobs.known();
  const names = known.map(({ name }) => name);
  const today = new Date(wallClock(ctx.now.getTime(), ctx.clock.zone)).toISOString().slice(0, 10);
  const rows = await ctx.sql.rows<Stored>(q`
    SELECT n.name, r.last_at AS "lastAt", r.last_ms AS "lastMs", r.failed, f.fault, f.error,
      CASE WHEN r.day = ${today}::date THEN r.runs ELSE 0 END AS "runsToday",
      CASE WHEN r.day = ${today}::date THEN r.failures ELSE 0 END AS "failuresToday",
      (SELECT count(*)::int FROM pgboss.job j WHERE j.name = n.name AND j.state < 'active') AS waiting,
      (SELECT count(*)::int FROM pgboss.job j WHERE j.name = n.name AND j.state = 'active') AS running,
      EXISTS (SELECT FROM pgboss.job j WHERE j.name = n.name AND j.completed_on > ${justNow(ctx)}) AS ended
    FROM unnest(${names}::text[]) AS n(name)
    LEFT JOIN job_runs r ON r.name = n.name
    LEFT JOIN LATERAL (
      SELECT x.fault, x.error FROM job_failures x WHERE x.name = n.name AND r.failed ORDER BY x.id DESC LIMIT 1) f ON true`);
  const stored = new Map(rows.map((row) => [row.name, row]));
  return known.flatMap(({ name, cron }) => {
    const row = stored.get(name);
    return row ? [{ ...row, cron, nextAt: cron ? ctx.jobs.nextRun(cron, ctx.now) : undefined }] : [];
  });
}

const justNow = ({ now }: SqlCtx): Date => new Date(now.getTime() - 5000);

/** The newest failures of all jobs. */
export const recentFailures = (ctx: SqlCtx, most: number): Promise<Failure[]> =>
  ctx.sql.rows<Failure>(q`SELECT id, name, at, ms, fault, error FROM job_failures ORDER BY id DESC LIMIT ${most}`);
