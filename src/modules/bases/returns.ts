import { actorOf, type Ctx, inTransaction, type SqlCtx } from '../../ctx.ts';
import { q, type Sql } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { type ContactFilter, matching } from './contact-filter.ts';

/** Whose or which contacts: all of an agent, some rows, or all that a filter of the contacts list finds. */
export type ReturnTarget = { agentId: number } | { ids: number[] } | { filter: ContactFilter };
export type Returned = {
  returned: number;
  /** Contacts that stay with their agents, and why. */
  kept: { worked: number; reported: number };
};

/**
 * Takes back held contacts that nobody worked: those without an outcome and without a lead. Each is free again at the end
 * of the queue (or suppressed, if its key is on the list by now), but never for the same agent. Joins the transaction of
 * `ctx` where there is one, so that a ban and the return are one act.
 */
export function returnContacts(ctx: Ctx, target: ReturnTarget, reason?: string): Promise<Returned> {
  return inTransaction(ctx, async (tx) => {
    const result = await takeBack(tx, conditionOf(tx, target), reason ?? null);
    await record(tx, {
      action: 'contacts.returned',
      ...('agentId' in target ? { userId: target.agentId } : {}),
      details: { ...describe(target), ...result, reason },
    });
    return result;
  });
}

function conditionOf(tx: SqlCtx, target: ReturnTarget): Sql {
  if ('agentId' in target) return q`c.agent_id = ${target.agentId}`;
  if ('ids' in target) return q`c.id = ANY(${target.ids}::int[])`;
  return matching(tx, target.filter);
}

// Locked in the order of keys, as reports lock them: two acts on the same contacts wait instead of locking up.
async function takeBack(tx: SqlCtx, condition: Sql, reason: string | null): Promise<Returned> {
  const row = await tx.sql.row<{ returned: number; worked: number; reported: number }>(q`
    WITH held AS MATERIALIZED (
      SELECT c.id, c.agent_id, c.issuance_id, c.issued_at, c.outcome IS NOT NULL AS worked,
        EXISTS (SELECT FROM leads l WHERE l.key = c.key) AS reported,
        EXISTS (SELECT FROM suppressions s WHERE s.key = c.key) AS suppressed
      FROM contacts c WHERE c.agent_id IS NOT NULL AND ${condition} ORDER BY c.key FOR UPDATE OF c
    ), noted AS (
      INSERT INTO contact_returns (contact_id, agent_id, issuance_id, issued_at, returned_by_id, reason, created_at)
      SELECT id, agent_id, issuance_id, issued_at, ${actorOf(tx).id}, ${reason}, ${tx.now}
      FROM held WHERE NOT worked AND NOT reported
    ), freed AS (
      UPDATE contacts c SET state = CASE WHEN held.suppressed THEN 'suppressed' ELSE 'free' END::contact_state,
        agent_id = NULL, issuance_id = NULL, issued_at = NULL, copied_at = NULL,
        place = nextval(pg_get_serial_sequence('contacts', 'place'))
      FROM held WHERE held.id = c.id AND NOT held.worked AND NOT held.reported
    )
    SELECT count(*) FILTER (WHERE NOT worked AND NOT reported)::int AS returned,
      count(*) FILTER (WHERE reported)::int AS reported,
      count(*) FILTER (WHERE worked AND NOT reported)::int AS worked
    FROM held`);
  const { returned = 0, worked = 0, reported = 0 } = row ?? {};
  return { returned, kept: { worked, reported } };
}

const describe = (target: ReturnTarget): Record<string, unknown> =>
  'ids' in target ? { ids: target.ids.length } : 'filter' in target ? { filter: target.filter } : {};
