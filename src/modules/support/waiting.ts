import type { SqlCtx } from '../../ctx.ts';
import { joinSql, likeText, q, type Sql, where } from '../../lib/sql.ts';
import type { Role, Status } from '../../permissions.ts';

export type Line = {
  id: number;
  personId: number;
  name: string;
  status: Status;
  role: Role;
  unread: number;
  waitingSince: Date | null;
  lastMessageAt: Date;
  /** The newest message; when a search looks for words, the newest that has them. */
  text: string;
  fromStaff: boolean;
  files: number;
  place: [group: number, moment: string, id: number];
};
export type Wanted = { q?: string | undefined; show: 'unread' | 'all' };
type Bounds = { after?: Line['place'] | undefined; before?: Line['place'] | undefined; size: number };

/**
 * The queue: who waits first, longest first; then the others, newest first. Rows come in page order unless `before` is
 * given, then reversed. `place` is the row's key: group, moment, id.
 */
export function waitingList(ctx: SqlCtx, wanted: Wanted, { after, before, size }: Bounds): Promise<Line[]> {
  const place = after ?? before;
  const beyond =
    place &&
    q`(l."group", l.moment, l.id) ${after ? q`>` : q`<`} (${place[0]}::int, ${place[1]}::bigint, ${place[2]}::int)`;
  const order = before ? q`l."group" DESC, l.moment DESC, l.id DESC` : q`l."group", l.moment, l.id`;
  return ctx.sql.rows<Line>(q`
    SELECT l.id, l.person_id AS "personId", u.name, u.status::text, u.role::text, l.unread, l.since AS "waitingSince",
      l.last_message_at AS "lastMessageAt", m.text, m.from_staff AS "fromStaff",
      (SELECT count(*)::int FROM attachments a WHERE a.message_id = m.id) AS files,
      json_build_array(l."group", l.moment::text, l.id) AS place
    FROM (${lines(wanted)}) l JOIN users u ON u.id = l.person_id
    CROSS JOIN LATERAL (
      SELECT x.id, x.text, x.from_staff FROM messages x WHERE x.thread_id = l.id
      ORDER BY ${wanted.q ? q`(x.text ILIKE ${pattern(wanted.q)}) DESC, ` : q``}x.id DESC LIMIT 1) m
    ${where(beyond ? [beyond] : [])} ORDER BY ${order} LIMIT ${size}`);
}

/** How many threads the search finds, and how many of them wait. */
export async function waitingCounts(ctx: SqlCtx, search?: string): Promise<{ all: number; unread: number }> {
  const row = await ctx.sql.row<{ all: number; unread: number }>(q`
    SELECT count(*)::int AS "all", count(*) FILTER (WHERE t.unread_for_staff > 0)::int AS unread
    FROM threads t ${where(conditions({ q: search, show: 'all' }))}`);
  return row ?? { all: 0, unread: 0 };
}

/** Who waits longest, besides this thread. */
export async function nextWaiting(ctx: SqlCtx, besides: number): Promise<number | null> {
  const rows = await waitingList(ctx, { show: 'unread' }, { size: 2 });
  return rows.find(({ id }) => id !== besides)?.id ?? null;
}

const lines = (wanted: Wanted): Sql => q`
  SELECT t.id, t.person_id, t.unread_for_staff AS unread, t.last_message_at, w.since,
    (t.unread_for_staff = 0)::int AS "group",
    CASE WHEN t.unread_for_staff > 0 THEN ${milliseconds(q`w.since`)} ELSE -${milliseconds(q`t.last_message_at`)} END AS moment
  FROM threads t LEFT JOIN LATERAL (
    SELECT min(x.created_at) AS since FROM messages x
    WHERE x.thread_id = t.id AND NOT x.from_staff AND x.read_at IS NULL) w ON true
  ${where(conditions(wanted))}`;

const milliseconds = (moment: Sql): Sql => q`(extract(epoch FROM ${moment}) * 1000)::bigint`;

function conditions({ q: search, show }: Wanted): Sql[] {
  const all = [q`t.last_message_at IS NOT NULL`];
  if (show === 'unread') all.push(q`t.unread_for_staff > 0`);
  if (search) {
    const like = pattern(search);
    const ofPerson = q`EXISTS (SELECT FROM users s WHERE s.id = t.person_id AND (s.name ILIKE ${like} OR s.email ILIKE ${like}))`;
    const ofText = q`EXISTS (SELECT FROM messages x WHERE x.thread_id = t.id AND x.text ILIKE ${like})`;
    all.push(q`(${joinSql([ofPerson, ofText], ' OR ')})`);
  }
  return all;
}

const pattern = (search: string): string => `%${likeText(search)}%`;
