import { PgBoss, type SendOptions } from 'pg-boss';
import type { ZodType } from 'zod';
import type { Ctx, SqlCtx } from '../ctx.ts';
import type { SqlDoor } from '../db.ts';
import { openRunBook, type RunBook } from './runs.ts';

/** A kind of work done outside a request. `run` may be called twice for one job and must then act once. */
export type Job<Data extends object = object> = {
  name: string;
  data: ZodType<Data>;
  run(ctx: Ctx, data: Data, job: Running): Promise<void>;
  retryLimit?: number;
  /** Seconds that one run may take. */
  expireInSeconds?: number;
  /** How many may run at once in one process. */
  concurrency?: number;
  /** Seconds that a finished job's row stays; a week when not said. */
  keepSeconds?: number;
  /** Cron expression in the business zone: the job then also runs by itself, once across all instances. */
  cron?: string;
};

type Running = { id: string; signal: AbortSignal };

/** Lets a list of jobs with different data be typed as one. */
export const defineJob = <Data extends object>(job: Job<Data>): Job => job as unknown as Job;

/** What verbs see of the queue. */
export type Jobs = {
  /** Puts a job into the transaction of `ctx`: it exists if and only if the act does. */
  enqueue(ctx: Pick<SqlCtx, 'sql'>, name: string, data: object, options?: EnqueueOptions): Promise<void>;
  /** Puts a job without data in under an id of the caller's; false when it is there already. */
  start(ctx: Pick<SqlCtx, 'sql'>, name: string, id: string): Promise<boolean>;
  /** Every job of the house, in the order of the registry. */
  known(): KnownJob[];
  /** When a cron expression comes round next, in the business zone. */
  nextRun(cron: string, after: Date): Date | undefined;
};
export type KnownJob = { name: string; cron: string | undefined };
export type EnqueueOptions = Pick<SendOptions, 'singletonKey' | 'startAfter' | 'priority'>;

export type Queue = Jobs & {
  boss: PgBoss;
  /** Creates the queues, so that jobs can be put in. */
  open(): Promise<void>;
  /** Runs jobs until `close`. */
  work(makeCtx: () => Ctx): Promise<void>;
  /** Runs every job that waits now, and those that they put in; for tests and for seeding. */
  drain(makeCtx: () => Ctx): Promise<number>;
  healthy(): Promise<boolean>;
  close(): Promise<void>;
};

type Options = {
  sql: SqlDoor;
  jobs: Job[];
  zone: string;
  supervise: boolean;
  onError(error: Error): void;
  graceSeconds?: number;
};

/** The queue, inside PostgreSQL (pg-boss). Queues are made on `open`; only a worker supervises and runs schedules. */
export function createQueue({ sql, jobs, zone, supervise, onError, graceSeconds = 15 }: Options): Queue {
  const boss = new PgBoss({ db: bossDoor(sql), supervise, schedule: supervise });
  boss.on('error', onError);
  const book = openRunBook({ sql, zone, onError });
  const byName = new Map(jobs.map((job) => [job.name, job]));
  const known = (name: string): Job => {
    const job = byName.get(name);
    if (!job) throw new Error(`No job is called ${name}`);
    return job;
  };

  return {
    boss,
    async open() {
      await boss.start();
      for (const job of jobs) await ensureQueue(boss, job);
      if (supervise) for (const job of jobs) if (job.cron) await boss.schedule(job.name, job.cron, {}, { tz: zone });
    },
    async enqueue(ctx, name, data, options) {
      await boss.send(name, known(name).data.parse(data), { ...options, db: bossDoor(ctx.sql) });
    },
    start: async (ctx, name, id) =>
      (await boss.send(name, known(name).data.parse({}), { id, db: bossDoor(ctx.sql) })) !== null,
    known: () => jobs.map(({ name, cron }) => ({ name, cron })),
    nextRun: (cron, after) => boss.previewSchedule(cron, { tz: zone, from: after, count: 1 })[0],
    async work(makeCtx) {
      for (const job of jobs) {
        const options = { localConcurrency: job.concurrency ?? 1, batchSize: 1, pollingIntervalSeconds: 0.5 };
        await boss.work<object>(job.name, options, async (batch) => {
          for (const { id, data, signal } of batch) await runNoted(book, job, makeCtx(), data, { id, signal });
        });
      }
    },
    async drain(makeCtx) {
      let done = 0;
      try {
        for (let found = true; found; ) {
          found = false;
          for (const job of jobs) {
            for (const { id, data } of await boss.fetch<object>(job.name, { batchSize: 100 })) {
              await runNoted(book, job, makeCtx(), data, { id, signal: new AbortController().signal });
              await boss.complete(job.name, id);
              found = true;
              done += 1;
            }
          }
        }
      } finally {
        await book.flush();
      }
      return done;
    },
    healthy: async () => (await boss.schemaVersion()) !== null,
    async close() {
      await boss.stop({ graceful: true, timeout: graceSeconds * 1000, close: false });
      await book.flush();
    },
  };
}

/** Runs a job and writes down how it went. */
async function runNoted(book: RunBook, job: Job, ctx: Ctx, data: object, of: Running): Promise<void> {
  const at = new Date();
  const began = performance.now();
  const note = (ended: { error?: unknown }): void =>
    book.note(job.name, { at, ms: performance.now() - began, ...ended });
  try {
    await job.run(ctx, job.data.parse(data), of);
    note({});
  } catch (error) {
    note({ error: error ?? new Error('no reason given') });
    throw error;
  }
}

async function ensureQueue(boss: PgBoss, job: Job): Promise<void> {
  const options = {
    retryLimit: job.retryLimit ?? 5,
    retryDelay: 5,
    retryBackoff: true,
    expireInSeconds: job.expireInSeconds ?? 300,
    deleteAfterSeconds: job.keepSeconds ?? 7 * 24 * 3600,
  };
  if (await boss.getQueue(job.name)) await boss.updateQueue(job.name, options);
  else await boss.createQueue(job.name, options);
}

const bossDoor = (sql: SqlDoor) => ({
  executeSql: async (text: string, values?: unknown[]) => ({ rows: await sql.raw(text, values) }),
});
