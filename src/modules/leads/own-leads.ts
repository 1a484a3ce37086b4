import { actorOf, type SqlCtx } from '../../ctx.ts';
import { NotFound } from '../../errors.ts';
import type { StoredFile } from '../../files/files.ts';
import { fixed, q } from '../../lib/sql.ts';
import { type LeadFilter, matching, type Status } from './filter.ts';
import type { OwnFilter } from './schemas.ts';

export type OwnLead = {
  id: number;
  key: string;
  value: string;
  typeId: number;
  type: string;
  source: 'base' | 'self';
  status: Status;
  note: string | null;
  comment: string | null;
  day: string;
  version: number;
  createdAt: Date;
};
export type LeadFile = { id: number; name: string; mime: string; size: number };
export type LeadEvent = { status: Status; note: string | null; at: Date; by: string; byStaff: boolean; first: boolean };

const columns = q`l.id, l.key, l.value, l.lead_type_id AS "typeId", t.name AS type, l.source::text, l.status::text,
  l.decision_note AS note, l.comment, l.day::text, l.version, l.created_at AS "createdAt"`;

/** The filter of the actor's own list, as a filter of all leads. */
export const owned = (ctx: SqlCtx, { q: text, status, type, day }: OwnFilter): LeadFilter => ({
  q: text,
  status,
  type,
  from: day,
  to: day,
  agent: String(actorOf(ctx).id),
});

/** The actor's leads, newest first, one more than `size` beyond the cursor. */
export function ownLeads(
  ctx: SqlCtx,
  filter: OwnFilter,
  { beyond, backward }: { beyond: number | null; backward: boolean },
  size: number,
): Promise<OwnLead[]> {
  const edge = beyond === null ? q`true` : backward ? q`l.id > ${beyond}` : q`l.id < ${beyond}`;
  return ctx.sql.rows<OwnLead>(q`
    SELECT ${columns} FROM leads l JOIN users u ON u.id = l.agent_id JOIN lead_types t ON t.id = l.lead_type_id
    WHERE ${matching(owned(ctx, filter))} AND ${edge} ORDER BY l.id ${backward ? q`ASC` : q`DESC`} LIMIT ${fixed(size + 1)}`);
}

/** The actor's lead. Somebody else's does not exist for him. */
export async function getOwn(ctx: SqlCtx, id: number): Promise<OwnLead> {
  const lead = await ctx.sql.row<OwnLead>(q`
    SELECT ${columns} FROM leads l JOIN lead_types t ON t.id = l.lead_type_id WHERE l.id = ${id} AND l.agent_id = ${actorOf(ctx).id}`);
  if (!lead) throw new NotFound();
  return lead;
}

/** The files of a lead that the caller has been let to see. */
export const filesOf = (ctx: SqlCtx, leadId: number): Promise<LeadFile[]> =>
  ctx.sql.rows<LeadFile>(
    q`
    SELECT f.id, f.original_name AS name, f.mime, f.size FROM lead_files lf JOIN stored_files f ON f.id = lf.file_id
    WHERE lf.lead_id = ${leadId} ORDER BY f.id`,
    'leads.files',
  );

/** A file of a lead that the caller has been let to see; any other file does not exist. */
export async function getFile(ctx: SqlCtx, leadId: number, fileId: number): Promise<StoredFile> {
  const file = await ctx.sql.row<StoredFile>(q`
    SELECT f.id, f.stored_as AS "storedAs", f.original_name AS "originalName", f.mime, f.size, f.sha256
    FROM lead_files lf JOIN stored_files f ON f.id = lf.file_id WHERE lf.lead_id = ${leadId} AND lf.file_id = ${fileId}`);
  if (!file) throw new NotFound();
  return file;
}

/** The life of a lead, newest first. */
export const eventsOf = (ctx: SqlCtx, leadId: number): Promise<LeadEvent[]> =>
  ctx.sql.rows<LeadEvent>(
    q`
    SELECT e.status::text, e.note, e.created_at AS at, u.name AS by, u.role <> 'user' AS "byStaff",
      e.id = min(e.id) OVER () AS first
    FROM lead_events e JOIN users u ON u.id = e.actor_id WHERE e.lead_id = ${leadId} ORDER BY e.id DESC`,
    'leads.events',
  );

/** The contact of the actor's that a report begins with; undefined when it is not his. */
export const ownContactValue = (ctx: SqlCtx, contactId: number): Promise<{ key: string; value: string } | undefined> =>
  ctx.sql.row(q`SELECT key, value FROM contacts WHERE id = ${contactId} AND agent_id = ${actorOf(ctx).id}`);
