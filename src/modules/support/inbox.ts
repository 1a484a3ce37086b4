import type { SqlCtx } from '../../ctx.ts';
import { sharedRows } from '../../lib/shared-rows.ts';
import { fixed, q, type Sql, where } from '../../lib/sql.ts';
import { countUpTo, type Total, totalOf } from '../../lib/totals.ts';
import type { Status } from '../../permissions.ts';
import { conditionsOf, type InboxFilter, inView, isOverdue, patternOf, type View, views } from './inbox-filter.ts';
import { titleOf } from './purposes.ts';
import { isPersons } from './queries.ts';
import type { Thread } from './threads.ts';

type Row = Pick<
  Thread,
  'id' | 'titleRu' | 'titleEn' | 'priority' | 'tags' | 'waitingSince' | 'assignee' | 'departmentId' | 'dueAt'
> & {
  threadStatus: Thread['status'];
  name: string;
  /** Of a guest: he has no account that could have one. */
  status: Status | 'guest';
  unread: number;
  lastMessageAt: Date;
  /** The newest message; when a search looks for words, the newest that has them. */
  text: string | null;
  fromStaff: boolean | null;
  files: number;
  place: [rank: number, moment: string, id: number];
};
export type Line = Row & { title: string };
// A line shows less.
const mostShown = 200;
type Bounds = { after?: Line['place'] | undefined; before?: Line['place'] | undefined; size: number };

/**
 * The inbox: who waits unread, longest first; who waits; whom we wait for, newest first; what is closed. Rows come in page
 * order unless `before` is given, then reversed. `place` is the row's key, and an index of `threads` is ordered by it.
 */
export async function inbox(ctx: SqlCtx, filter: InboxFilter, { after, before, size }: Bounds): Promise<Line[]> {
  const place = after ?? before;
  const all = conditionsOf(ctx, filter);
  if (place)
    all.push(
      q`(t.queue_rank, t.queue_moment, t.id) ${after ? q`>` : q`<`} (${place[0]}::int, ${place[1]}::bigint, ${place[2]}::int)`,
    );
  const by = (t: Sql): Sql =>
    before
      ? q`${t}.queue_rank DESC, ${t}.queue_moment DESC, ${t}.id DESC`
      : q`${t}.queue_rank, ${t}.queue_moment, ${t}.id`;
  const newest = filter.q
    ? q`(x.text IS NOT NULL AND lower(x.text) LIKE ${patternOf(filter.q)}) DESC, x.id DESC`
    : q`x.id DESC`;
  const found = await sharedRows<Row>(
    ctx.sql,
    q`
    SELECT l.id, coalesce(u.name, g.name) AS name, coalesce(u.status::text, 'guest') AS status, l.unread_for_staff AS unread, l.status::text AS "threadStatus",
      l.waiting_since AS "waitingSince", l.department_id AS "departmentId", l.due_at AS "dueAt", coalesce(l.last_message_at, l.created_at) AS "lastMessageAt", l.priority::text, l.tags,
      p.title_ru AS "titleRu", p.title_en AS "titleEn", a.name AS assignee, m.text, m.from_staff AS "fromStaff",
      (SELECT count(*)::int FROM attachments f WHERE f.message_id = m.id) AS files,
      json_build_array(l.queue_rank, l.queue_moment::text, l.id) AS place
    FROM (SELECT t.* FROM threads t ${where(all)} ORDER BY ${by(q`t`)} LIMIT ${fixed(size)}) l
    LEFT JOIN users u ON u.id = l.person_id LEFT JOIN telegram_chats g ON g.id = l.guest_id JOIN purposes p ON p.id = l.purpose_id LEFT JOIN users a ON a.id = l.assignee_id
    LEFT JOIN LATERAL (
      SELECT x.id, left(x.text, ${fixed(mostShown)}) AS text, x.from_staff FROM messages x WHERE x.thread_id = l.id AND x.deleted_at IS NULL AND ${isPersons(q`x`)} ORDER BY ${newest} LIMIT 1) m ON true
    ORDER BY ${by(q`l`)}`,
  );
  return found.map((one) => ({ ...one, title: titleOf(one, ctx.locale) }));
}

// Who has so many before him counts no more; each costs PostgreSQL as much as the next.
export const mostInTab = 300;

export type TabCounts = Record<View, number> & { overdue: number };

/** How many people wait in each tab, for how many of one tab we are late, and, where that is asked, how many threads a filter finds. */
export async function inboxCounts(
  ctx: SqlCtx,
  view: View,
  filter: InboxFilter | null,
): Promise<TabCounts & { total: Total | null }> {
  const counts = views.map((view) =>
    countUpTo(mostInTab, q`threads t ${where([...inView(ctx, view), q`t.queue_rank < 2`])}`),
  );
  const [mine, unassigned, department, all] = counts as [Sql, Sql, Sql, Sql];
  const found = filter ? countUpTo(mostInTab + 1, q`threads t ${where(conditionsOf(ctx, filter))}`) : q`NULL::int`;
  // Apart: a plan that does not know the time takes a third of all threads for overdue, and none would be kept for the others either.
  const [row, overdue] = await Promise.all([
    ctx.sql.row<Omit<TabCounts, 'overdue'> & { found: number | null }>(
      q`SELECT ${mine} AS mine, ${unassigned} AS unassigned, ${department} AS department, ${all} AS "all", ${found} AS found`,
    ),
    overdueCount(ctx, view),
  ]);
  const { found: count, ...tabs } = row ?? { mine: 0, unassigned: 0, department: 0, all: 0, found: null };
  return { ...tabs, overdue, total: count === null ? null : totalOf(count, mostInTab) };
}

/** For how many people we are late, in a tab or wherever they wait: all of them, for that is what it says. */
export async function overdueCount(ctx: SqlCtx, view: View = 'all'): Promise<number> {
  const row = await ctx.sql.row<{ count: number }>(
    q`SELECT count(*)::int AS count FROM threads t ${where([...inView(ctx, view), isOverdue(ctx)])}`,
    `support.overdue.${view}`,
  );
  return row?.count ?? 0;
}

/** Who waits longest in the same view, besides this thread. */
export async function nextWaiting(ctx: SqlCtx, filter: InboxFilter, besides: number): Promise<number | null> {
  const rows = await ctx.sql.rows<{ id: number }>(q`
    SELECT t.id FROM threads t ${where([...conditionsOf(ctx, filter), q`t.queue_rank < 2`])}
    ORDER BY t.queue_rank, t.queue_moment, t.id LIMIT 2`);
  return rows.find(({ id }) => id !== besides)?.id ?? null;
}
