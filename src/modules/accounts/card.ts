import type { Ctx } from '../../ctx.ts';
import { NotFound } from '../../errors.ts';
import { fixed, q, type Sql } from '../../lib/sql.ts';
import type { Role, Status } from '../../permissions.ts';
import { type AuditEvent, listEvents } from '../audit/index.ts';

type At = { beyond: number | null; backward: boolean; size: number };

export type PersonCard = {
  id: number;
  name: string;
  email: string;
  role: Role;
  status: Status;
  emailConfirmedAt: Date | null;
  createdAt: Date;
  lastSeenAt: Date | null;
  locale: 'ru' | 'en';
  decidedAt: Date | null;
  decidedBy: string | null;
  decisionReason: string | null;
  agreedAt: Date | null;
  mailing: boolean;
  held: number;
  untouched: number;
  issued: number;
  leads: number;
  leadsApproved: number;
};

/** The person of a card with the numbers of his work. Throws NotFound. */
export async function getPerson(ctx: Ctx, id: number): Promise<PersonCard> {
  const person = await ctx.sql.row<PersonCard>(q`
    SELECT u.id, u.name, u.email, u.role::text, u.status::text, u.email_confirmed_at AS "emailConfirmedAt", u.created_at AS "createdAt",
      u.last_seen_at AS "lastSeenAt", u.locale, u.decided_at AS "decidedAt", d.name AS "decidedBy", u.decision_reason AS "decisionReason",
      (SELECT max(given_at) FROM consents c WHERE c.user_id = u.id AND c.kind = 'personal_data') AS "agreedAt",
      EXISTS (SELECT FROM consents c WHERE c.user_id = u.id AND c.kind = 'mailing' AND c.withdrawn_at IS NULL) AS mailing,
      (SELECT count(*)::int FROM contacts c WHERE c.agent_id = u.id) AS held,
      (SELECT count(*)::int FROM contacts c WHERE c.agent_id = u.id AND c.outcome IS NULL
        AND NOT EXISTS (SELECT FROM leads l WHERE l.key = c.key)) AS untouched,
      (SELECT coalesce(sum(given), 0)::int FROM issuances i WHERE i.agent_id = u.id) AS issued,
      (SELECT count(*)::int FROM leads l WHERE l.agent_id = u.id) AS leads,
      (SELECT count(*)::int FROM leads l WHERE l.agent_id = u.id AND l.status = 'approved') AS "leadsApproved"
    FROM users u LEFT JOIN users d ON d.id = u.decided_by_id WHERE u.id = ${id}`);
  if (!person) throw new NotFound();
  return person;
}

/** Extra limits that the person was given, the newest first. */
export const grantsOf = (ctx: Ctx, id: number) =>
  ctx.sql.rows<{
    id: number;
    base: string;
    amount: number;
    fromDay: string | null;
    toDay: string | null;
    reason: string;
    by: string;
    createdAt: Date;
  }>(q`
    SELECT g.id, b.name AS base, g.amount, g.from_day::text AS "fromDay", g.to_day::text AS "toDay", g.reason, u.name AS by, g.created_at AS "createdAt"
    FROM limit_grants g JOIN base_types b ON b.id = g.base_type_id JOIN users u ON u.id = g.granted_by_id
    WHERE g.agent_id = ${id} ORDER BY g.id DESC LIMIT 100`);

/** What the person was handed, the newest first (reversed when going backward). */
export const issuancesOf = (ctx: Ctx, id: number, at: At) =>
  ctx.sql.rows<{
    id: number;
    base: string;
    wanted: number;
    given: number;
    held: number;
    day: string;
    createdAt: Date;
  }>(q`
    SELECT i.id, b.name AS base, i.wanted, i.given, i.day::text, i.created_at AS "createdAt",
      (SELECT count(*)::int FROM contacts c WHERE c.issuance_id = i.id) AS held
    FROM issuances i JOIN base_types b ON b.id = i.base_type_id
    WHERE i.agent_id = ${id} AND ${beyond(q`i.id`, at)}`);

/** What the person reported, the newest first (reversed when going backward). */
export const leadsOf = (ctx: Ctx, id: number, at: At) =>
  ctx.sql.rows<{
    id: number;
    value: string;
    type: string;
    source: string;
    status: string;
    note: string | null;
    createdAt: Date;
  }>(q`
    SELECT l.id, l.value, t.name AS type, l.source::text, l.status::text, l.decision_note AS note, l.created_at AS "createdAt"
    FROM leads l JOIN lead_types t ON t.id = l.lead_type_id
    WHERE l.agent_id = ${id} AND ${beyond(q`l.id`, at)}`);

function beyond(id: Sql, { beyond: edge, backward, size }: At): Sql {
  const side = edge === null ? q`true` : backward ? q`${id} > ${edge}` : q`${id} < ${edge}`;
  return q`${side} ORDER BY ${id} ${backward && edge !== null ? q`ASC` : q`DESC`} LIMIT ${fixed(size)}`;
}

/** The person's conversation with support: its last messages, the oldest of them first. */
export async function findThread(ctx: Ctx, id: number) {
  const thread = await ctx.sql.row<{ id: number; unread: number }>(
    q`SELECT id, unread_for_staff AS unread FROM threads WHERE person_id = ${id} ORDER BY last_message_at DESC NULLS LAST, id DESC LIMIT 1`,
  );
  if (!thread) return null;
  const messages = await ctx.sql.rows<{
    id: number;
    text: string;
    fromStaff: boolean;
    by: string;
    at: Date;
    files: number;
  }>(q`
    SELECT m.id, m.text, m.from_staff AS "fromStaff", u.name AS by, m.created_at AS at,
      (SELECT count(*)::int FROM attachments a WHERE a.message_id = m.id) AS files
    FROM messages m JOIN users u ON u.id = m.author_id WHERE m.thread_id = ${thread.id} AND m.deleted_at IS NULL ORDER BY m.id DESC LIMIT 30`);
  return { ...thread, messages: messages.reverse() };
}

/** The journal of the person: what he did and what was done about him. */
export const personEvents = (ctx: Ctx, id: number, at: At): Promise<AuditEvent[]> =>
  listEvents(
    ctx,
    { involving: id },
    {
      at: at.beyond === null ? null : { id: at.beyond, backward: at.backward },
      size: at.size,
    },
  );
