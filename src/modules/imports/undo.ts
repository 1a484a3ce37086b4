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
  for (let after: number | null = 0; after !== null; ) after = await removeSome(ctx, id, after);
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

/**
 * Goes once through the import's contacts by id: the pages of those that are gone are not walked again. Gives the last id
 * looked at, null behind the last. A step lost with the server is done again, so none waits for the disk.
 */
function removeSome(ctx: Ctx, id: number, after: number): Promise<number | null> {
  return inSqlTransaction(ctx, async (tx) => {
    const begun = await tx.sql.row(q`SELECT id FROM imports WHERE id = ${id} AND status = 'undoing' FOR UPDATE`);
    if (!begun) return null;
    await tx.sql.run(q`SET LOCAL synchronous_commit = off`);
    const step = await tx.sql.row<{ last: number | null; removed: number }>(q`
      WITH step AS (
        SELECT id FROM contacts WHERE import_id = ${id} AND id > ${after} ORDER BY id LIMIT ${AT_ONCE}
      ), gone AS (
        DELETE FROM contacts WHERE id IN (
          SELECT c.id FROM contacts c WHERE c.id IN (SELECT id FROM step) AND ${untouched} FOR UPDATE OF c)
        RETURNING 1
      )
      SELECT (SELECT max(id) FROM step) AS last, (SELECT count(*)::int FROM gone) AS removed`);
    await tx.sql.run(q`
      UPDATE imports SET removed = removed + ${step?.removed ?? 0}::int, heartbeat_at = now() WHERE id = ${id}`);
    return step?.last ?? null;
  });
}
