import type { SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import { settle } from '../notifications/index.ts';
import { keepClock, unkeepAnswer } from './keep-clock.ts';
import { isPersons } from './queries.ts';
import { recount } from './reading.ts';
import type { Thread } from './threads.ts';

type Gone = { id: number; fromStaff: boolean };

/** After a message was deleted: what is unread is counted anew, and who waits for whom is as if it had never been there. */
export async function rectify(tx: SqlCtx, thread: Thread, gone: Gone): Promise<void> {
  await recount(tx, thread);
  if (!gone.fromStaff) return waitNoMore(tx, thread);
  await waitAgain(tx, thread, gone);
  const left = await tx.sql.row(q`SELECT id FROM threads WHERE id = ${thread.id} AND unread_for_person > 0`);
  if (!left) await settle(tx, ['support.answer'], thread.id);
}

// Since when the person waits: since he wrote, or staff opened it by hand, after the last answer that stands and after it was last put away.
// Put away over words that nobody has answered, since they came.
const waiting = (thread: Thread) => q`(
  WITH answered AS (
    SELECT max(x.id) AS id, max(x.created_at) AS at FROM messages x
    WHERE x.thread_id = ${thread.id} AND x.from_staff AND x.author_id IS NOT NULL AND x.deleted_at IS NULL
  ), put AS (
    SELECT max(e.created_at) AS away FROM thread_events e WHERE e.thread_id = ${thread.id} AND e.kind IN ('closed', 'waits')
  ), began AS (
    SELECT m.created_at AS at, true AS written FROM messages m, answered a
    WHERE m.thread_id = ${thread.id} AND NOT m.from_staff AND m.deleted_at IS NULL AND m.id > coalesce(a.id, 0)
    UNION ALL SELECT e.created_at, false FROM thread_events e, answered a
    WHERE e.thread_id = ${thread.id} AND e.kind = 'reopened' AND e.created_at > coalesce(a.at, '-infinity')
  )
  SELECT coalesce(min(b.at) FILTER (WHERE b.at > coalesce(p.away, '-infinity')), min(b.at) FILTER (WHERE b.written)) FROM began b, put p)`;

async function waitAgain(tx: SqlCtx, thread: Thread, { id }: Gone): Promise<void> {
  const again = await tx.sql.row<{ since: Date }>(q`
    UPDATE threads t SET status = 'open', waiting_since = w.since FROM (SELECT ${waiting(thread)} AS since) w
    WHERE t.id = ${thread.id} AND t.status <> 'closed' AND w.since < coalesce(t.waiting_since, 'infinity')
    RETURNING t.waiting_since AS since`);
  // What came before it says whether the clock ran until then; what came after, how long it would have run on.
  const answer = await tx.sql.row<{ at: Date; stopped: boolean; next: Date | null; first: Date | null }>(q`
    SELECT a.created_at AS at,
      coalesce((SELECT coalesce((SELECT e.kind = 'reopened' FROM thread_events e WHERE e.thread_id = a.thread_id
          AND e.kind IN ('closed', 'waits', 'reopened') AND e.created_at BETWEEN m.created_at AND a.created_at ORDER BY e.id DESC LIMIT 1),
          NOT m.from_staff)
        FROM messages m WHERE m.thread_id = a.thread_id AND m.id < a.id AND m.deleted_at IS NULL
        AND ${isPersons(q`m`)} ORDER BY m.id DESC LIMIT 1), false) AS stopped,
      (SELECT min(m.created_at) FROM messages m WHERE m.thread_id = a.thread_id AND m.id > a.id AND ${isPersons(q`m`)}
        AND (m.deleted_at IS NULL OR NOT m.from_staff)) AS next,
      (SELECT min(m.created_at) FROM messages m WHERE m.thread_id = a.thread_id AND m.from_staff AND m.author_id IS NOT NULL
        AND m.deleted_at IS NULL) AS first
    FROM messages a WHERE a.id = ${id}`);
  if (answer) await unkeepAnswer(tx, thread, answer, again?.since);
}

// Nothing of the person's is left to answer: we wait for him, as before he wrote.
async function waitNoMore(tx: SqlCtx, thread: Thread): Promise<void> {
  const left = await tx.sql.run(q`
    UPDATE threads t SET status = 'waiting', waiting_since = NULL
    WHERE t.id = ${thread.id} AND t.status = 'open' AND t.unread_for_staff = 0 AND ${waiting(thread)} IS NULL
      AND EXISTS (SELECT FROM messages m WHERE m.thread_id = t.id AND m.from_staff AND m.author_id IS NOT NULL AND m.deleted_at IS NULL)`);
  if (left > 0) await keepClock(tx, thread, { status: 'waiting' });
}
