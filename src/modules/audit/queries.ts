import type { SqlCtx } from '../../ctx.ts';
import { sharedRows } from '../../lib/shared-rows.ts';
import { fixed, q, where } from '../../lib/sql.ts';
import { countTotal, type Total } from '../../lib/totals.ts';
import { type AuditFilter, matching, placeFor } from './filter.ts';

export type AuditEvent = {
  id: number;
  at: Date;
  actorId: number | null;
  actorName: string | null;
  action: string;
  subjectType: string | null;
  subjectId: number | null;
  userId: number | null;
  userName: string | null;
  ip: string | null;
  userAgent: string | null;
  details: Record<string, unknown>;
};
export type AuditAt = { id: number; backward: boolean };

/** Up to `size` events that the filter finds, the newest first (reversed when going backward). */
export function listEvents(
  ctx: SqlCtx,
  filter: AuditFilter,
  { at, size }: { at: AuditAt | null; size: number },
): Promise<AuditEvent[]> {
  const beyond = at ? [at.backward ? q`e.id > ${at.id}` : q`e.id < ${at.id}`] : [];
  return ctx.sql.rows<AuditEvent>(q`
    SELECT e.id, e.at, e.actor_id AS "actorId", e.actor_name AS "actorName", e.action, e.subject_type AS "subjectType",
      e.subject_id AS "subjectId", e.user_id AS "userId", u.name AS "userName", e.ip, e.user_agent AS "userAgent", e.details
    FROM ${placeFor(filter)} e LEFT JOIN users u ON u.id = e.user_id
    ${where([...matching(ctx, filter), ...beyond])}
    ORDER BY e.id ${at?.backward ? q`ASC` : q`DESC`} LIMIT ${fixed(size)}`);
}

/** Whether there is such a person. */
export const isKnown = async (ctx: SqlCtx, userId: number): Promise<boolean> =>
  (await ctx.sql.row(q`SELECT FROM users WHERE id = ${userId}`)) !== undefined;

/** Every event that the filter finds, the newest first, in batches, for a file. */
export async function* eventsInBatches(ctx: SqlCtx, filter: AuditFilter): AsyncGenerator<AuditEvent[]> {
  const size = 500;
  for (let at: AuditAt | null = null; ; ) {
    const events: AuditEvent[] = await listEvents(ctx, filter, { at, size });
    if (events.length > 0) yield events;
    const last = events.at(-1);
    if (events.length < size || !last) return;
    at = { id: last.id, backward: false };
  }
}

/** How many events the filter finds, counted to ten thousand. */
const countEvents = (ctx: SqlCtx, filter: AuditFilter): Promise<Total> =>
  countTotal(ctx.sql, q`${placeFor(filter)} e ${where(matching(ctx, filter))}`);

/** A page of the journal, and how many events there are in all. */
export async function eventsPage(
  ctx: SqlCtx,
  filter: AuditFilter,
  page: { at: AuditAt | null; size: number },
): Promise<{ events: AuditEvent[]; total: Total }> {
  if (!filter.q) {
    const [events, total] = await Promise.all([listEvents(ctx, filter, page), countEvents(ctx, filter)]);
    return { events, total };
  }
  // A search for words holds a connection as long as it lasts: one a page, not two.
  const events = await listEvents(ctx, filter, page);
  return { events, total: await countEvents(ctx, filter) };
}

/** The actions that occur, in the archive too. A walk over the indexes: the tables may be long, the list of actions is not. */
export async function listActions(ctx: SqlCtx): Promise<string[]> {
  const rows = await sharedRows<{ action: string }>(
    ctx.sql,
    q`
    WITH RECURSIVE actions AS (
      (SELECT action FROM audit_all ORDER BY action LIMIT 1)
      UNION ALL
      SELECT (SELECT e.action FROM audit_all e WHERE e.action > a.action ORDER BY e.action LIMIT 1)
      FROM actions a WHERE a.action IS NOT NULL
    ) SELECT action FROM actions WHERE action IS NOT NULL`,
  );
  return rows.map(({ action }) => action);
}
