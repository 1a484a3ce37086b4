import { actorOf, type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { NotFound, Refusal } from '../../errors.ts';
import { q } from '../../lib/sql.ts';
import type { Outcome } from './contact-filter.ts';

/** Says how the actor's own contact went, or takes that back (null). A contact with a lead stays a lead. */
export function setOutcome(ctx: Ctx, contactId: number, outcome: Outcome | null): Promise<void> {
  return inSqlTransaction(ctx, async (tx) => {
    const key = await lockOwn(tx, contactId);
    if (outcome !== 'lead' && (await isReported(tx, key))) throw new Refusal('bases:errors.reported');
    await tx.sql.run(
      q`UPDATE contacts SET outcome = ${outcome}::contact_outcome, outcome_at = ${outcome && tx.now}::timestamptz
        WHERE id = ${contactId}`,
      'bases.outcome',
    );
  });
}

async function lockOwn(tx: SqlCtx, contactId: number): Promise<string> {
  const mine = await tx.sql.row<{ key: string }>(
    q`SELECT key FROM contacts WHERE id = ${contactId} AND agent_id = ${actorOf(tx).id} FOR NO KEY UPDATE`,
    'bases.lock_own',
  );
  if (!mine) throw new NotFound();
  return mine.key;
}

// A query of its own: joined to the lock, it would not see the report that it waited for.
const isReported = async (tx: SqlCtx, key: string): Promise<boolean> =>
  (await tx.sql.row(
    q`SELECT id FROM leads WHERE key = ${key} AND agent_id = ${actorOf(tx).id}`,
    'bases.own_report',
  )) !== undefined;

/** Keeps the agent's note on his own contact; an empty one removes it. */
export async function setNote(ctx: Ctx, contactId: number, note: string | null): Promise<void> {
  const kept = await ctx.sql.run(
    q`UPDATE contacts SET note = ${note} WHERE id = ${contactId} AND agent_id = ${actorOf(ctx).id}`,
    'bases.note',
  );
  if (kept === 0) throw new NotFound();
}

/** Remembers that the agent copied these contacts of his; the first time counts. Others' ids are passed over. */
export function markCopied(ctx: SqlCtx, ids: number[]): Promise<number> {
  return ctx.sql.run(
    q`UPDATE contacts SET copied_at = ${ctx.now}
      WHERE id = ANY(${ids}::int[]) AND agent_id = ${actorOf(ctx).id} AND copied_at IS NULL`,
    'bases.copied',
  );
}
