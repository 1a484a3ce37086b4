import { type Actor, actorOf, type SqlCtx } from '../../ctx.ts';
import { NotFound } from '../../errors.ts';
import { fixed, joinSql, q, type Sql } from '../../lib/sql.ts';
import { badgeCount } from '../../lib/totals.ts';
import { eventTypes, type Kind, namesFor, type Params } from './types.ts';

export const shows = ['new', 'later', 'all'] as const;
export type Filter = { show: (typeof shows)[number]; kind?: Kind | undefined };
export type Notice = {
  id: number;
  type: string;
  count: number;
  at: Date;
  state: 'new' | 'seen' | 'done';
  snoozedUntil: Date | null;
  subjectId: number | null;
  params: Params;
};
/** Beyond which row to begin, and where to. */
export type Bounds = { at: { moment: Date; id: number } | null; backward: boolean; size: number };

/** The actor's own notices that a filter finds; of what he may no longer see there are none. `n` is the table. */
export function matching({ actor }: Pick<SqlCtx, 'actor'>, { show, kind }: Filter): Sql {
  if (!actor) return q`false`;
  const own = [q`n.user_id = ${actor.id}`, q`n.head_id IS NULL`, q`n.type = ANY(${typesFor(actor, kind)}::text[])`];
  if (show === 'new') own.push(q`n.state = 'new'`, q`(n.snoozed_until IS NULL OR n.snoozed_until <= now())`);
  if (show === 'later') own.push(q`n.snoozed_until > now()`);
  return joinSql(own, ' AND ');
}

const typesFor = ({ role }: Pick<Actor, 'role'>, kind?: Kind): string[] =>
  namesFor(role).filter((name) => kind === undefined || eventTypes[name].kind === kind);

/** What the bell shows, as a number in SQL. */
export const bellCount = (actor: Actor): Sql =>
  badgeCount(q`notifications n WHERE ${matching({ actor }, { show: 'new' })}`);

/** How many new notices the actor has, up to a hundred. */
export async function unseen(ctx: SqlCtx): Promise<number> {
  const row = await ctx.sql.row<{ count: number }>(
    q`SELECT ${bellCount(actorOf(ctx))} AS count`,
    'notifications.unseen',
  );
  return row?.count ?? 0;
}

/** Up to `size` notices, newest first (reversed when going backward). */
export function listNotices(ctx: SqlCtx, filter: Filter, { at, backward, size }: Bounds): Promise<Notice[]> {
  const beyond = at ? q`AND (n.at, n.id) ${backward ? q`>` : q`<`} (${at.moment}::timestamptz, ${at.id}::int)` : q``;
  const order = backward ? q`n.at, n.id` : q`n.at DESC, n.id DESC`;
  return ctx.sql.rows<Notice>(q`
    SELECT ${columns} FROM notifications n JOIN notification_events e ON e.id = n.latest_event_id
    WHERE ${matching(ctx, filter)} ${beyond} ORDER BY ${order} LIMIT ${fixed(size)}`);
}

/** One notice of the actor's. Throws NotFound for anybody else's. */
export async function getNotice(ctx: SqlCtx, id: number): Promise<Notice> {
  const notice = await ctx.sql.row<Notice>(q`
    SELECT ${columns} FROM notifications n JOIN notification_events e ON e.id = n.latest_event_id
    WHERE n.id = ${id} AND ${matching(ctx, { show: 'all' })}`);
  if (!notice) throw new NotFound();
  return notice;
}

/** How many there are to see, and how many are put off, up to a hundred each. */
export async function countNotices(ctx: SqlCtx, { kind }: Filter): Promise<{ new: number; later: number }> {
  const count = (show: 'new' | 'later'): Sql => badgeCount(q`notifications n WHERE ${matching(ctx, { show, kind })}`);
  const row = await ctx.sql.row<{ new: number; later: number }>(
    q`SELECT ${count('new')} AS new, ${count('later')} AS later`,
  );
  return row ?? { new: 0, later: 0 };
}

const columns = q`n.id, n.type, n.count, n.at, n.state::text, n.snoozed_until AS "snoozedUntil", e.subject_id AS "subjectId",
  e.params`;
