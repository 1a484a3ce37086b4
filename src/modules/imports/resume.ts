import { type Ctx, inTransaction } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { getImport } from './imports.ts';
import { IMPORT_LOCK } from './locks.ts';
import { RUN_JOB } from './start.ts';
import { UNDO_JOB } from './undo.ts';

/** Seconds without a batch after which a running import whose child holds no lock counts as interrupted. */
export const STALE_SECONDS = 60;

/** Sends an interrupted import on from its last batch. Any other is left alone. */
export async function resumeImport(ctx: Ctx, id: number): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const { originalName, rowsRead } = await getImport(tx, id);
    const resumed = await tx.sql.run(q`
      UPDATE imports SET status = 'queued', stalls = 0, fault = NULL, heartbeat_at = ${tx.now}
      WHERE id = ${id} AND status = 'interrupted'`);
    if (resumed === 0) return;
    await tx.jobs.enqueue(tx, RUN_JOB, { importId: id });
    const subject = { type: 'import', id };
    await record(tx, { action: 'import.resumed', subject, details: { file: originalName, rowsRead } });
  });
}

/** Finds imports and undoings whose worker is gone, and sends them on. Runs every minute, once across all instances. */
export async function resumeAbandoned(ctx: Ctx): Promise<number> {
  return inTransaction(ctx, async (tx) => {
    const abandoned = await tx.sql.rows<{ id: number; status: string; originalName: string; rowsRead: number }>(q`
      UPDATE imports i SET heartbeat_at = ${tx.now} FROM stored_files f
      WHERE f.id = i.file_id AND i.status IN ('running', 'undoing')
        AND i.heartbeat_at < ${tx.now}::timestamptz - make_interval(secs => ${STALE_SECONDS}::int)
        AND NOT EXISTS (
          SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
          WHERE l.locktype = 'advisory' AND d.datname = current_database() AND l.classid::int8 = ${IMPORT_LOCK}::int8 AND l.objid::int8 = i.id)
      RETURNING i.id, i.status::text AS status, f.original_name AS "originalName", i.rows_read AS "rowsRead"`);
    for (const { id, status, originalName, rowsRead } of abandoned) {
      await tx.jobs.enqueue(tx, status === 'running' ? RUN_JOB : UNDO_JOB, { importId: id });
      const details = { file: originalName, rowsRead, automatic: true };
      await record(tx, { action: 'import.resumed', subject: { type: 'import', id }, details });
    }
    return abandoned.length;
  });
}
