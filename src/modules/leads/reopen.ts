import { type Ctx, inSqlTransaction } from '../../ctx.ts';
import { NotFound, Refusal } from '../../errors.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { notify, settle } from '../notifications/index.ts';
import { type LeadRow, leadRow, tidingsOf } from './decide.ts';
import { addEvent } from './report.ts';

/**
 * Takes a decision back: the lead waits again (`pending`), or goes to its agent for rework with a comment. It is one
 * lead with one status all along, so nothing is counted twice. Refused when the lead is not in the version seen.
 */
export async function reopenLead(
  ctx: Ctx,
  id: number,
  version: number,
  { to, note }: { to: 'pending' | 'rework'; note?: string | undefined },
): Promise<LeadRow> {
  if (to === 'rework' && !note) throw new Refusal('leads:errors.commentRequired', {}, 'comment');
  return inSqlTransaction(ctx, async (tx) => {
    const decided = to === 'rework' ? q`${ctx.actor?.id ?? null}::int, ${tx.now}` : q`NULL::int, NULL::timestamptz`;
    const lead = await tx.sql.row<LeadRow>(q`
      UPDATE leads SET status = ${to}::lead_status, version = version + 1, (decided_by_id, decided_at) = ROW(${decided}),
        decision_note = ${to === 'rework' ? (note ?? null) : null}, digested_at = NULL, updated_at = ${tx.now}
      WHERE id = ${id} AND version = ${version} AND status NOT IN ('pending', ${to}::lead_status) RETURNING ${leadRow}`);
    if (!lead) {
      const there = await tx.sql.row(q`SELECT id FROM leads WHERE id = ${id}`);
      throw there ? new Refusal('leads:errors.changed') : new NotFound();
    }
    await addEvent(tx, id, to, note);
    await record(tx, {
      action: 'lead.reopened',
      subject: { type: 'lead', id },
      userId: lead.agentId,
      details: { value: lead.value, to, ...(note ? { note } : {}) },
    });
    await settle(tx, ['lead.verdict', 'lead.rework'], id);
    if (to === 'rework') await notify(tx, tidingsOf(lead, to, note ?? null));
    return lead;
  });
}
