import { actorOf, type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { NotFound, Refusal } from '../../errors.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { type Event, notify, notifyAll } from '../notifications/index.ts';
import { type LeadFilter, matching } from './filter.ts';
import { addEvent } from './report.ts';

const verdicts = ['approved', 'rejected', 'rework'] as const;
export type Verdict = (typeof verdicts)[number];
/** A rejection says its reason, a rework what to do. */
export type Decision = { verdict: Verdict; note?: string | undefined };
export type LeadRow = { id: number; agentId: number; status: string; version: number; value: string };
type Standing = LeadRow & { decidedById: number | null; decidedBy: string | null };

const noteIsMissing: Partial<Record<Verdict, string>> = {
  rejected: 'leads:errors.reasonRequired',
  rework: 'leads:errors.commentRequired',
};

/**
 * Decides the pending lead in the version that the moderator saw. When somebody else was quicker the Refusal says who
 * decided what; the same decision sent twice by one moderator is one.
 */
export async function decideLead(ctx: Ctx, id: number, version: number, decision: Decision): Promise<LeadRow> {
  const note = decision.note?.trim() || null;
  const missing = noteIsMissing[decision.verdict];
  if (missing && !note) throw new Refusal(missing, {}, decision.verdict === 'rework' ? 'comment' : 'reason');
  return inSqlTransaction(ctx, async (tx) => {
    const decided = await tx.sql.row<LeadRow>(q`
      UPDATE leads SET status = ${decision.verdict}::lead_status, version = version + 1, decided_by_id = ${actorOf(tx).id},
        decided_at = ${tx.now}, decision_note = ${note}, digested_at = NULL, updated_at = ${tx.now}
      WHERE id = ${id} AND version = ${version} AND status = 'pending' RETURNING ${leadRow}`);
    if (!decided) return sameOrTooLate(tx, id, version, decision.verdict);
    await addEvent(tx, id, decision.verdict, note);
    await record(tx, {
      action: `lead.${decision.verdict}`,
      subject: { type: 'lead', id },
      userId: decided.agentId,
      details: { value: decided.value, ...(note ? { note } : {}) },
    });
    await notify(tx, tidingsOf(decided, decision.verdict, note));
    return decided;
  });
}

/** What the agent hears of a decision. */
export function tidingsOf({ id, agentId, value }: LeadRow, verdict: Verdict, note: string | null): Event {
  const params = { value, ...(note ? { note } : {}) };
  if (verdict === 'rework') return { type: 'lead.rework', personId: agentId, subjectId: id, params };
  return { type: 'lead.verdict', personId: agentId, subjectId: id, params: { ...params, context: verdict } };
}

async function sameOrTooLate(tx: SqlCtx, id: number, version: number, verdict: Verdict): Promise<LeadRow> {
  const lead = await tx.sql.row<Standing>(q`
    SELECT l.id, l.agent_id AS "agentId", l.status::text, l.version, l.value, l.decided_by_id AS "decidedById", u.name AS "decidedBy"
    FROM leads l LEFT JOIN users u ON u.id = l.decided_by_id WHERE l.id = ${id}`);
  if (!lead) throw new NotFound();
  const mine = lead.decidedById === actorOf(tx).id && lead.status === verdict && lead.version === version + 1;
  if (mine) return lead;
  if (lead.status === 'pending') throw new Refusal('leads:errors.changed');
  throw new Refusal(`leads:errors.decided.${lead.status}`, { who: lead.decidedBy ?? '—', value: lead.value });
}

/** Approves these pending leads, or all pending ones of a filter; what was decided meanwhile is left alone. Returns how many. */
export async function approveLeads(ctx: Ctx, which: { ids: number[] } | { filter: LeadFilter }): Promise<number> {
  const chosen = 'ids' in which ? q`l.id = ANY(${which.ids}::int[])` : matching(which.filter);
  return inSqlTransaction(ctx, async (tx) => {
    const rows = await tx.sql.rows<LeadRow>(q`
      WITH chosen AS (
        SELECT l.id FROM leads l JOIN users u ON u.id = l.agent_id
        WHERE l.status = 'pending' AND ${chosen} ORDER BY l.id FOR NO KEY UPDATE OF l
      ), decided AS (
        UPDATE leads SET status = 'approved', version = version + 1, decided_by_id = ${actorOf(tx).id}, decided_at = ${tx.now},
          decision_note = NULL, digested_at = NULL, updated_at = ${tx.now}
        WHERE id IN (SELECT id FROM chosen) AND status = 'pending' RETURNING ${leadRow}
      ), told AS (
        INSERT INTO lead_events (lead_id, actor_id, status, created_at)
        SELECT id, ${actorOf(tx).id}, 'approved', ${tx.now} FROM decided
      ) SELECT * FROM decided ORDER BY id`);
    if (rows.length > 0) {
      await record(tx, {
        action: 'leads.approved',
        details: { count: rows.length, ids: rows.slice(0, 1000).map((r) => r.id) },
      });
      // One of each lead, which reopening takes back; the agent sees how many, in one notice.
      await notifyAll(
        tx,
        rows.map((row) => tidingsOf(row, 'approved', null)),
      );
    }
    return rows.length;
  });
}

export const leadRow = q`id, agent_id AS "agentId", status::text, version, value`;
