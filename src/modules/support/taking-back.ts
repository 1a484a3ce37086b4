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

// The first words of the person after the last answer that stands.
const unanswered = (thread: Thread) => q`(SELECT min(m.created_at) FROM messages m
  WHERE m.thread_id = ${thread.id} AND NOT m.from_staff AND m.deleted_at IS NULL AND m.id > coalesce(
    (SELECT max(x.id) FROM messages x WHERE x.thread_id = ${thread.id} AND x.from_staff AND x.author_id IS NOT NULL AND x.deleted_at IS NULL), 0))`;

async function waitAgain(tx: SqlCtx, thread: Thread, { id }: Gone): Promise<void> {
  const again = await tx.sql.row<{ since: Date }>(q`
    UPDATE threads t SET status = 'open', waiting_since = ${unanswered(thread)}
    WHERE t.id = ${thread.id} AND t.status <> 'closed' AND ${unanswered(thread)} < coalesce(t.waiting_since, 'infinity')
    RETURNING waiting_since AS since`);
  // What came before it says whether the clock ran until then; what came after, how long it would have run on.
  const answer = await tx.sql.row<{ at: Date; stopped: boolean; next: Date | null; first: Date | null }>(q`
    SELECT a.created_at AS at,
      coalesce((SELECT NOT m.from_staff AND coalesce((SELECT e.kind = 'reopened' FROM thread_events e WHERE e.thread_id = a.thread_id
          AND e.kind IN ('closed', 'waits', 'reopened') AND e.created_at BETWEEN m.created_at AND a.created_at ORDER BY e.id DESC LIMIT 1), true)
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
    WHERE t.id = ${thread.id} AND t.status = 'open' AND t.unread_for_staff = 0 AND ${unanswered(thread)} IS NULL
      AND EXISTS (SELECT FROM messages m WHERE m.thread_id = t.id AND m.from_staff AND m.author_id IS NOT NULL AND m.deleted_at IS NULL)`);
  if (left > 0) await keepClock(tx, thread, { status: 'waiting' });
}
