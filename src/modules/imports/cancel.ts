import { actorOf, type Ctx, inTransaction } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { getImport } from './imports.ts';

/**
 * Asks an import to stop. One that waits stops at once; one that runs does so after the batch in hand, and what was
 * created stays with its verdicts. One that has ended is left alone.
 */
export async function cancelImport(ctx: Ctx, id: number): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const { originalName, rowsRead } = await getImport(tx, id);
    const cancelled = await tx.sql.run(q`
      UPDATE imports SET cancel_requested_at = ${tx.now}, cancelled_by_id = ${actorOf(tx).id},
        status = CASE WHEN status = 'running' THEN status ELSE 'cancelled' END,
        finished_at = CASE WHEN status = 'running' THEN NULL ELSE ${tx.now}::timestamptz END
      WHERE id = ${id} AND status IN ('queued', 'running', 'interrupted') AND cancel_requested_at IS NULL`);
    if (cancelled === 0) return;
    const subject = { type: 'import', id };
    await record(tx, { action: 'import.cancelled', subject, details: { file: originalName, rowsRead } });
  });
}
