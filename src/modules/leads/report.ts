import { actorOf, type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { type FieldErrors, InvalidInput, Refusal } from '../../errors.ts';
import type { Upload } from '../../files/files.ts';
import { businessDayOf } from '../../lib/business-day.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { contactHeldBy, markReported } from '../bases/index.ts';
import { getSetting } from '../settings/index.ts';
import { type Contact, readContact } from './contact.ts';
import { keepDrafts, takeDrafts } from './drafts.ts';
import { type LeadType, listLeadTypes } from './lead-types.ts';

export const mostLeads = 5;

export type ReportInput = {
  requestId: string;
  leads: {
    value: string;
    leadTypeId?: number | undefined;
    comment?: string | undefined;
    files?: Upload[] | undefined;
  }[];
  /** They belong to every lead of the report. */
  sharedFiles?: Upload[] | undefined;
};
export type Report = { id: number; leadIds: number[] };
type Draft = { contact: string | null };
type Ready = { index: number; value: string; comment: string | null; contact: Contact; typeId: number };

/**
 * Reports up to five leads as the actor, all or none. The same request id gives the same answer. Refuses, beside the
 * contact's line (`leads.N`), what is no contact and what anybody has reported before; the files are kept for the next
 * try either way. The key's unique index decides who was first.
 */
export async function reportLeads(ctx: Ctx, input: ReportInput): Promise<Report> {
  const before = await findReport(ctx, input.requestId);
  if (before) return before;
  await keepDrafts(ctx, input.requestId, attachedTo(input));
  const ready = await readLeads(ctx, input.leads);
  try {
    return await inSqlTransaction(ctx, (tx) => writeReport(tx, input.requestId, ready));
  } catch (error) {
    if (error instanceof InvalidInput) await noteDuplicates(ctx, ready, error);
    throw error;
  }
}

/** Whose a refused duplicate is, is for staff only: it goes into the journal of the lead that was first. */
async function noteDuplicates(ctx: Ctx, ready: readonly Ready[], { fields }: InvalidInput): Promise<void> {
  for (const { value, contact } of ready.filter(({ index }) => fields[`leads.${index}`])) {
    const first = await ctx.sql.row<{ id: number; agentId: number }>(
      q`SELECT id, agent_id AS "agentId" FROM leads WHERE key = ${contact.key}`,
    );
    if (!first || first.agentId === ctx.actor?.id) continue;
    await record(ctx, {
      action: 'lead.refused',
      subject: { type: 'lead', id: first.id },
      userId: first.agentId,
      details: { value },
    });
  }
}

const attachedTo = ({ leads, sharedFiles = [] }: ReportInput) => [
  ...sharedFiles.map((upload) => ({ upload })),
  ...leads.flatMap(({ value, files = [] }) => files.map((upload) => ({ upload, contact: value }))),
];

async function readLeads(ctx: Ctx, leads: ReportInput['leads']): Promise<Ready[]> {
  if (leads.length === 0) throw new Refusal('leads:errors.noContacts', {}, 'text');
  if (leads.length > mostLeads) throw new Refusal('leads:errors.tooMany', { count: mostLeads }, 'text');
  const types = await listLeadTypes(ctx);
  const faults: FieldErrors = {};
  const ready = leads.flatMap(({ value, leadTypeId, comment }, index): Ready[] => {
    const found = readTyped(types, value, leadTypeId);
    if (!found) faults[`leads.${index}`] = { key: leadTypeId ? 'leads:errors.notOfType' : 'leads:errors.unclear' };
    return found ? [{ index, value, comment: comment ?? null, ...found }] : [];
  });
  for (const twice of repeated(ready)) faults[`leads.${twice.index}`] = { key: 'leads:errors.repeated' };
  if (Object.keys(faults).length > 0) throw new InvalidInput(faults);
  return ready;
}

/** The contact in the type that the agent chose, or else in the guessed one. */
export function readTyped(types: readonly LeadType[], value: string, leadTypeId?: number) {
  const chosen = types.find(({ id, active }) => id === leadTypeId && active);
  if (leadTypeId && !chosen) return null;
  const contact = readContact(value, chosen?.code);
  const type = chosen ?? types.find(({ code }) => code === contact?.type) ?? types.find(({ active }) => active);
  return contact && type ? { contact, typeId: type.id } : null;
}

const repeated = (ready: readonly Ready[]): Ready[] =>
  ready.filter(({ contact }, i) => ready.findIndex((other) => other.contact.key === contact.key) < i);

async function writeReport(tx: SqlCtx, requestId: string, ready: readonly Ready[]): Promise<Report> {
  const created = await tx.sql.row<{ id: number }>(q`
    INSERT INTO lead_reports (agent_id, request_id, created_at) VALUES (${actorOf(tx).id}, ${requestId}, ${tx.now})
    ON CONFLICT (agent_id, request_id) DO NOTHING RETURNING id`);
  if (!created) return (await findReport(tx, requestId)) ?? { id: 0, leadIds: [] };
  const files = await takeDrafts(tx, requestId);
  await requireFiles(tx, files, ready);
  const ids = new Map<number, number>();
  const faults: FieldErrors = {};
  // In the order of keys, so that two reports of the same contacts wait for each other instead of locking up.
  for (const lead of [...ready].sort((a, b) => (a.contact.key < b.contact.key ? -1 : 1))) {
    const id = await writeLead(tx, created.id, lead);
    if (id === null) faults[`leads.${lead.index}`] = { key: 'leads:errors.alreadyReported' };
    else
      await attach(
        tx,
        id,
        files.filter(({ contact }) => contact === null || contact === lead.value),
      );
    ids.set(lead.index, id ?? 0);
  }
  if (Object.keys(faults).length > 0) throw new InvalidInput(faults);
  return { id: created.id, leadIds: ready.map(({ index }) => ids.get(index) ?? 0) };
}

// Of the files that the act has taken: the same form sent at the same moment may have taken those that lay here before.
async function requireFiles(tx: SqlCtx, files: readonly Draft[], ready: readonly Ready[]): Promise<void> {
  if (!(await getSetting(tx, 'leads.attachment-required'))) return;
  if (files.some(({ contact }) => contact === null)) return;
  const bare = ready.filter(({ value }) => !files.some(({ contact }) => contact === value));
  if (bare.length === ready.length) throw new Refusal('leads:errors.fileRequired', {}, 'files');
  if (bare.length > 0) {
    throw new InvalidInput(
      Object.fromEntries(bare.map(({ index }) => [`leads.${index}`, { key: 'leads:errors.fileRequiredHere' }])),
    );
  }
}

/** Null when somebody has reported the key before. */
async function writeLead(tx: SqlCtx, reportId: number, { value, comment, contact, typeId }: Ready) {
  const agentId = actorOf(tx).id;
  const { source, contactId } = await sourceOf(tx, contact.key);
  const lead = await tx.sql.row<{ id: number }>(q`
    INSERT INTO leads (report_id, agent_id, lead_type_id, key, value, comment, source, contact_id, day, created_at, updated_at)
    VALUES (${reportId}, ${agentId}, ${typeId}, ${contact.key}, ${value}, ${comment}, ${source}::lead_source, ${contactId},
      ${businessDayOf(tx.now, tx.clock)}::date, ${tx.now}, ${tx.now})
    ON CONFLICT (key) DO NOTHING RETURNING id`);
  if (!lead) return null;
  if (contactId !== null) await markReported(tx, contactId);
  await addEvent(tx, lead.id, 'pending');
  return lead.id;
}

/** «База» when the key was issued to the actor and is still held by him, «самостоятельный» otherwise. */
export async function sourceOf(
  tx: SqlCtx,
  key: string,
): Promise<{ source: 'base' | 'self'; contactId: number | null }> {
  const held = await contactHeldBy(tx, key, { lock: true });
  return held?.agentId === actorOf(tx).id
    ? { source: 'base', contactId: held.contactId }
    : { source: 'self', contactId: null };
}

/** Files become a lead's. */
export async function attach(tx: SqlCtx, leadId: number, files: readonly { id: number }[]): Promise<void> {
  await tx.sql.run(q`
    INSERT INTO lead_files (lead_id, file_id) SELECT ${leadId}, unnest(${files.map(({ id }) => id)}::int[]) ON CONFLICT DO NOTHING`);
}

/** A step of a lead's life, made by the actor. */
export async function addEvent(tx: SqlCtx, leadId: number, status: string, note?: string | null): Promise<void> {
  await tx.sql.run(q`
    INSERT INTO lead_events (lead_id, actor_id, status, note, created_at)
    VALUES (${leadId}, ${actorOf(tx).id}, ${status}::lead_status, ${note ?? null}, ${tx.now})`);
}

async function findReport(ctx: SqlCtx, requestId: string): Promise<Report | undefined> {
  return ctx.sql.row<Report>(q`
    SELECT r.id, array_agg(l.id ORDER BY l.id) AS "leadIds" FROM lead_reports r JOIN leads l ON l.report_id = r.id
    WHERE r.agent_id = ${actorOf(ctx).id} AND r.request_id = ${requestId} GROUP BY r.id`);
}
