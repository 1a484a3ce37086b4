import { type Ctx, inTransaction } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { notify } from '../notifications/index.ts';
import { getImport, type ImportRow, sheetTasks, sourceOf } from './imports.ts';
import { type Outcome, runChild } from './supervise.ts';
import type { RunEnd, RunTask } from './types.ts';

/** Runs in a row that may end without a single batch before the import waits for a person. */
const MOST_STALLS = 3;
const SILENCE_SECONDS = 180;

/**
 * Works an import off in a child process, to its end. A child that dies is followed by another, which goes on after the
 * last committed batch. May be called for any import at any time, twice at once too: what is not to be run is left alone.
 */
export async function runImport(ctx: Ctx, id: number, signal?: AbortSignal): Promise<void> {
  for (let succeeds = false; await takeUp(ctx, id); succeeds = true) {
    const task = taskOf(ctx, await getImport(ctx, id), succeeds);
    const outcome = await runChild(task, { silence: SILENCE_SECONDS, signal });
    if (signal?.aborted) throw new Error('The import was stopped with its worker and will go on');
    if (outcome.is !== 'died') return settle(ctx, id, outcome);
    await ctx.sql.run(q`
      UPDATE imports SET fault = ${JSON.stringify({ code: `died-${outcome.why}` })}::jsonb WHERE id = ${id} AND status = 'running'`);
  }
}

/** Marks the import as running. False when it is not to be run, or has failed to move so often that a person must look. */
async function takeUp(ctx: Ctx, id: number): Promise<boolean> {
  const taken = await ctx.sql.run(q`
    UPDATE imports SET status = 'running', stalls = stalls + 1, heartbeat_at = now()
    WHERE id = ${id} AND status IN ('queued', 'running') AND stalls < ${MOST_STALLS}`);
  if (taken === 0) await giveUp(ctx, id);
  return taken > 0;
}

async function giveUp(ctx: Ctx, id: number): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const interrupted = await tx.sql.run(q`
      UPDATE imports SET status = 'interrupted'
      WHERE id = ${id} AND status IN ('queued', 'running') AND stalls >= ${MOST_STALLS}`);
    if (interrupted === 0) return;
    await recordEnd(tx, id, 'import.interrupted');
    await tellOfEnd(tx, id, 'import.failed');
  });
}

function taskOf(ctx: Ctx, row: ImportRow, succeeds: boolean): RunTask {
  const databaseUrl = ctx.pool.options.connectionString;
  if (!databaseUrl) throw new Error('The pool was not opened by an address');
  const baseIds = row.plan.bases.map(({ id }) => id);
  const file = sourceOf(ctx, row);
  return {
    is: 'run',
    file,
    importId: row.id,
    databaseUrl,
    sheets: sheetTasks(row),
    baseIds,
    succeeds,
    batchRows: ctx.importBatchRows,
  };
}

async function settle(ctx: Ctx, id: number, outcome: Exclude<Outcome, { is: 'died' }>): Promise<void> {
  if (outcome.is === 'fault') {
    const { code, row } = outcome;
    return end(ctx, id, {
      status: 'failed',
      action: 'import.failed',
      fault: row === undefined ? { code } : { code, row },
    });
  }
  const result = outcome.result as RunEnd;
  if (result === 'finished') return end(ctx, id, { status: 'finished', action: 'import.finished', fault: null });
  if (result === 'cancelled') return end(ctx, id, { status: 'cancelled', action: 'import.stopped', fault: null });
}

type End = { status: 'finished' | 'failed' | 'cancelled'; action: string; fault: ImportRow['fault'] };

async function end(ctx: Ctx, id: number, { status, action, fault }: End): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const ended = await tx.sql.run(q`
      UPDATE imports SET status = ${status}::import_status, finished_at = now(), fault = ${fault && JSON.stringify(fault)}::jsonb
      WHERE id = ${id} AND status = 'running'`);
    if (ended === 0) return;
    await recordEnd(tx, id, action);
    if (status !== 'cancelled') await tellOfEnd(tx, id, `import.${status}`);
  });
}

/** Its owner hears how it went. */
async function tellOfEnd(tx: Ctx, id: number, type: 'import.finished' | 'import.failed'): Promise<void> {
  const { originalName: file, rowsRead: rows, created, ownerId } = await getImport(tx, id);
  await notify(tx, { type, personId: ownerId, subjectId: id, params: { file, rows, created } });
}

async function recordEnd(tx: Ctx, id: number, action: string): Promise<void> {
  const { originalName, rowsRead, created, fault } = await getImport(tx, id);
  const details = { file: originalName, rowsRead, created, ...(fault ? { fault: fault.code } : {}) };
  await record(tx, { action, subject: { type: 'import', id }, details });
}
