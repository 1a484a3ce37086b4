import { type Ctx, inSqlTransaction } from '../../ctx.ts';
import { NotFound } from '../../errors.ts';
import { record } from '../audit/index.ts';

/** Puts a job of the clock in before its time; it runs as soon as a worker is free. The same requestId starts it once. Throws NotFound. */
export async function runNow(ctx: Ctx, name: string, { requestId }: { requestId: string }): Promise<void> {
  const job = ctx.jobs.known().find((one) => one.name === name);
  if (!job?.cron) throw new NotFound();
  await inSqlTransaction(ctx, async (tx) => {
    if (await tx.jobs.start(tx, name, requestId)) await record(tx, { action: 'job.started', details: { job: name } });
  });
}
