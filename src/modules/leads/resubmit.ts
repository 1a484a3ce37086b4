import { actorOf, type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { NotFound, Refusal, violates } from '../../errors.ts';
import type { Upload } from '../../files/files.ts';
import { q } from '../../lib/sql.ts';
import { contactHeldBy, markReported, unmarkReported } from '../bases/index.ts';
import { settle } from '../notifications/index.ts';
import { getSetting } from '../settings/index.ts';
import { keepDrafts, takeDrafts } from './drafts.ts';
import { listLeadTypes } from './lead-types.ts';
import { addEvent, attach, readTyped, sourceOf } from './report.ts';

export type Resubmission = {
  version: number;
  requestId: string;
  value: string;
  leadTypeId: number;
  comment?: string | undefined;
  /** Files of the lead that the agent keeps; the others go. */
  keptFileIds: readonly number[];
  files?: Upload[] | undefined;
};

/**
 * Sends the actor's own lead from rework back to the moderators, corrected. It keeps its business day. Refuses a contact
 * that somebody else has reported, and a lead that is not in rework any more; the same form sent twice acts once.
 */
export async function resubmitLead(ctx: Ctx, id: number, input: Resubmission): Promise<void> {
  const lead = await ownLead(ctx, id);
  if (isSent(lead, input)) return;
  if (lead.status !== 'rework' || lead.version !== input.version) throw new Refusal('leads:errors.notInRework');
  await keepDrafts(
    ctx,
    input.requestId,
    (input.files ?? []).map((upload) => ({ upload })),
  );
  const found = readTyped(await listLeadTypes(ctx), input.value, input.leadTypeId);
  if (!found) throw new Refusal('leads:errors.notOfType', {}, 'value');
  try {
    await inSqlTransaction(ctx, (tx) => rewrite(tx, lead, input, found));
  } catch (error) {
    if (violates(error, 'leads_key_key')) throw new Refusal('leads:errors.alreadyReported', {}, 'value');
    throw error;
  }
}

type Own = { id: number; status: string; version: number; key: string; contactId: number | null };
type Found = NonNullable<ReturnType<typeof readTyped>>;

const isSent = ({ status, version }: Own, sent: Resubmission): boolean =>
  status === 'pending' && version === sent.version + 1;

async function rewrite(tx: SqlCtx, lead: Own, input: Resubmission, { contact, typeId }: Found): Promise<void> {
  const { id } = lead;
  // Contacts before the lead and in the order of keys, as a report locks them.
  for (const key of [lead.key, contact.key].sort()) await contactHeldBy(tx, key, { lock: true });
  const { source, contactId } = await sourceOf(tx, contact.key);
  const changed = await tx.sql.run(q`
    UPDATE leads SET status = 'pending', version = version + 1, key = ${contact.key}, value = ${input.value},
      lead_type_id = ${typeId}, comment = ${input.comment ?? null}, source = ${source}::lead_source, contact_id = ${contactId},
      decided_by_id = NULL, decided_at = NULL, decision_note = NULL, updated_at = ${tx.now}
    WHERE id = ${id} AND agent_id = ${actorOf(tx).id} AND version = ${input.version} AND status = 'rework'`);
  if (changed === 0) {
    if (isSent(await ownLead(tx, id), input)) return;
    throw new Refusal('leads:errors.notInRework');
  }
  if (lead.contactId !== null && lead.contactId !== contactId) await unmarkReported(tx, lead.contactId);
  if (contactId !== null) await markReported(tx, contactId);
  await tx.sql.run(
    q`DELETE FROM lead_files WHERE lead_id = ${id} AND NOT file_id = ANY(${[...input.keptFileIds]}::int[])`,
  );
  await attach(tx, id, await takeDrafts(tx, input.requestId));
  await requireFile(tx, id);
  await addEvent(tx, id, 'pending', null);
  await settle(tx, ['lead.rework'], id);
}

async function requireFile(tx: SqlCtx, id: number): Promise<void> {
  if (!(await getSetting(tx, 'leads.attachment-required'))) return;
  const file = await tx.sql.row(q`SELECT file_id FROM lead_files WHERE lead_id = ${id} LIMIT 1`);
  if (!file) throw new Refusal('leads:errors.fileRequired', {}, 'files');
}

async function ownLead(ctx: SqlCtx, id: number): Promise<Own> {
  const lead = await ctx.sql.row<Own>(
    q`SELECT id, status::text, version, key, contact_id AS "contactId"
      FROM leads WHERE id = ${id} AND agent_id = ${actorOf(ctx).id}`,
  );
  if (!lead) throw new NotFound();
  return lead;
}
