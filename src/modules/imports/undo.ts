import { actorOf, type Ctx, inSqlTransaction, inTransaction } from '../../ctx.ts';
import { Refusal } from '../../errors.ts';
import { q, type Sql } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { getImport } from './imports.ts';

export const UNDO_JOB = 'imports.undo';
export const UNDOABLE = ['finished', 'failed', 'cancelled', 'interrupted'] as const;
const AT_ONCE = 5_000;

/** What an undoing would remove and what it would leave, and why. */
export type UndoForecast = { removable: number; issued: number; returned: number; reported: number };

// Nobody ever got it: not now, not before it was taken back, and nobody reported it.
const untouched: Sql = q`
  c.agent_id IS NULL AND NOT EXISTS (SELECT FROM contact_returns r WHERE r.contact_id = c.id)
  AND NOT EXISTS (SELECT FROM leads l WHERE l.contact_id = c.id)`;

/** Counts from the few that were touched: asking a million contacts one by one would take half a minute. */
export async function forecastUndo(ctx: Pick<Ctx, 'sql'>, id: number): Promise<UndoForecast> {
  const row = await ctx.sql.row<{ all: number; issued: number; returned: number; reported: number }>(q`
    WITH returned AS (
      SELECT DISTINCT c.id FROM contact_returns r JOIN contacts c ON c.id = r.contact_id
      WHERE c.import_id = ${id} AND c.agent_id IS NULL
    ), reported AS (
      SELECT DISTINCT c.id FROM leads l JOIN contacts c ON c.id = l.contact_id
      WHERE c.import_id = ${id} AND c.agent_id IS NULL AND c.id NOT IN (SELECT id FROM returned)
    )
    SELECT count(*)::int AS all, count(agent_id)::int AS issued,
      (SELECT count(*)::int FROM returned) AS returned, (SELECT count(*)::int FROM reported) AS reported
    FROM contacts WHERE import_id = ${id}`);
  const { all, ...stays } = row ?? { all: 0, issued: 0, returned: 0, reported: 0 };
  return { ...stays, removable: all - stays.issued - stays.returned - stays.reported };
}

/** Takes an import back: contacts that it created and nobody ever got go. Throws a Refusal while it is at work. */
export async function undoImport(ctx: Ctx, id: number): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const { originalName, status } = await getImport(tx, id);
    if (status === 'undoing' || status === 'undone') return;
    const begun = await tx.sql.run(q`
      UPDATE imports SET status = 'undoing', undone_by_id = ${actorOf(tx).id}, heartbeat_at = ${tx.now}, removed = 0
      WHERE id = ${id} AND status IN ('finished', 'failed', 'cancelled', 'interrupted')`);
    if (begun === 0) throw new Refusal('imports:errors.notUndoable');
    await tx.jobs.enqueue(tx, UNDO_JOB, { importId: id });
    await record(tx, { action: 'import.undoing', subject: { type: 'import', id }, details: { file: originalName } });
  });
}

/** Removes piece by piece, so that no agent waits for it and a restart goes on where it was. */
export async function workUndo(ctx: Ctx, id: number): Promise<void> {
  const { before, last } = await spanOf(ctx, id);
  for (let after = before; after < last && (await removeBetween(ctx, id, after)); ) after += AT_ONCE;
  await inTransaction(ctx, async (tx) => {
    const ended = await tx.sql.run(q`
      UPDATE imports SET status = 'undone', undone_at = now(),
        kept = (SELECT count(*) FROM contacts WHERE import_id = ${id})
      WHERE id = ${id} AND status = 'undoing'`);
    if (ended === 0) return;
    const { originalName, removed, kept } = await getImport(tx, id);
    const subject = { type: 'import', id };
    await record(tx, { action: 'import.undone', subject, details: { file: originalName, removed, kept } });
  });
}

// OFFSET keeps the planner to the import's own index; it would look for the first and last along all contacts.
async function spanOf(ctx: Ctx, id: number): Promise<{ before: number; last: number }> {
  const span = await ctx.sql.row<{ before: number; last: number }>(q`
    SELECT coalesce(min(id) - 1, 0) AS before, coalesce(max(id), 0) AS last
    FROM (SELECT id FROM contacts WHERE import_id = ${id} OFFSET 0) c`);
  return span ?? { before: 0, last: 0 };
}

/**
 * Removes from a piece of the ids, whose ways nobody walks again; false when there is nothing to undo any more. A piece lost
 * with the server is done again, so none waits for the disk. The sum keeps the planner from the import's index, in which
 * every piece would walk past all that are gone.
 */
function removeBetween(ctx: Ctx, id: number, after: number): Promise<boolean> {
  return inSqlTransaction(ctx, async (tx) => {
    const begun = await tx.sql.row(q`SELECT id FROM imports WHERE id = ${id} AND status = 'undoing' FOR UPDATE`);
    if (!begun) return false;
    await tx.sql.run(q`SET LOCAL synchronous_commit = off`);
    const removed = await tx.sql.run(q`
      DELETE FROM contacts WHERE id IN (
        SELECT c.id FROM contacts c
        WHERE c.id > ${after}::int AND c.id <= ${after}::int + ${AT_ONCE}::int AND c.import_id + 0 = ${id} AND ${untouched}
        FOR UPDATE OF c)`);
    await tx.sql.run(q`UPDATE imports SET removed = removed + ${removed}::int, heartbeat_at = now() WHERE id = ${id}`);
    return true;
  });
}
