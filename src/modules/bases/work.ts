import { actorOf, type Ctx, type SqlCtx } from '../../ctx.ts';
import { NotFound, Refusal } from '../../errors.ts';
import { q } from '../../lib/sql.ts';
import type { Outcome } from './contact-filter.ts';

/** Says how the actor's own contact went, or takes that back (null). A contact with a lead stays a lead. */
export async function setOutcome(ctx: Ctx, contactId: number, outcome: Outcome | null): Promise<void> {
  const set = await ctx.sql.row<{ reported: boolean }>(
    q`WITH mine AS (
        SELECT c.id, EXISTS (SELECT FROM leads l WHERE l.key = c.key AND l.agent_id = c.agent_id) AS reported
        FROM contacts c WHERE c.id = ${contactId} AND c.agent_id = ${actorOf(ctx).id} FOR UPDATE OF c
      ), told AS (
        UPDATE contacts SET outcome = ${outcome}::contact_outcome,
          outcome_at = CASE WHEN ${outcome}::contact_outcome IS NULL THEN NULL ELSE ${ctx.now}::timestamptz END
        FROM mine WHERE contacts.id = mine.id AND (NOT mine.reported OR ${outcome}::contact_outcome = 'lead')
      ) SELECT reported FROM mine`,
    'bases.outcome',
  );
  if (!set) throw new NotFound();
  if (set.reported && outcome !== 'lead') throw new Refusal('bases:errors.reported');
}

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
