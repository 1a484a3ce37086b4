import { actorOf, type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { Forbidden, Refusal } from '../../errors.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { settle } from '../notifications/index.ts';
import { moveRating } from '../telegram/index.ts';
import { hasActed, writeEvent } from './events.ts';
import { settleWork } from './hands.ts';
import { mergeClocks } from './keep-clock.ts';
import { tellOfThread } from './news.ts';
import { isStaff, lockThread, type Thread } from './threads.ts';

/**
 * Makes one thread of two of the same person: everything said and noted in `fromId` goes to `id`, in the order in which it was said,
 * and its address leads there from now on. The same requestId acts once.
 */
export async function mergeThreads(ctx: Ctx, id: number, act: { requestId: string; fromId: number }): Promise<void> {
  if (!isStaff(actorOf(ctx))) throw new Forbidden();
  await inSqlTransaction(ctx, async (tx) => {
    const [into, from] = await lockBoth(tx, id, act.fromId);
    if (await hasActed(tx, act.requestId)) return;
    if (from.id === into.id || !isSamePerson(from, into)) throw new Refusal('support:errors.merge');
    await moveAll(tx, from, into);
    await recount(tx, from, into);
    await mergeClocks(tx, from, into, statusOf(from, into));
    // Its notice would never be read: what is unread in it is in the one thread now.
    await settle(tx, ['support.answer'], from.id);
    await settleWork(tx, [from.id]);
    await writeEvent(tx, into, {
      kind: 'merged',
      requestId: act.requestId,
      text: `№${from.id}`,
      purposeId: from.purposeId,
    });
    const details = { from: from.id };
    await record(tx, {
      action: 'thread.merged',
      subject: { type: 'thread', id: into.id },
      userId: into.personId,
      details,
    });
    for (const thread of [from, into]) await tellOfThread(tx, thread, { person: true });
  });
}

const isSamePerson = (one: Thread, other: Thread): boolean =>
  one.personId === other.personId && one.guestId === other.guestId;

// In the order of their numbers: two merges of the same two wait for each other and never lock up.
async function lockBoth(tx: SqlCtx, id: number, fromId: number): Promise<[into: Thread, from: Thread]> {
  const first = await lockThread(tx, Math.min(id, fromId));
  const second = await lockThread(tx, Math.max(id, fromId));
  return id <= fromId ? [first, second] : [second, first];
}

async function moveAll(tx: SqlCtx, from: Thread, into: Thread): Promise<void> {
  await tx.sql.run(q`UPDATE messages SET thread_id = ${into.id} WHERE thread_id = ${from.id}`);
  await tx.sql.run(q`UPDATE message_versions SET thread_id = ${into.id} WHERE thread_id = ${from.id}`);
  await tx.sql.run(q`UPDATE thread_events SET thread_id = ${into.id} WHERE thread_id = ${from.id}`);
  await tx.sql.run(q`
    INSERT INTO thread_drafts (thread_id, user_id, text, updated_at)
    SELECT ${into.id}, user_id, text, updated_at FROM thread_drafts WHERE thread_id = ${from.id}
    ON CONFLICT (thread_id, user_id) DO UPDATE SET text = left(thread_drafts.text || E'\\n' || excluded.text, 4000)`);
  await moveRating(tx, from.id, into.id);
  await tx.sql.run(q`UPDATE thread_merges SET into_id = ${into.id} WHERE into_id = ${from.id}`);
  await tx.sql.run(
    q`INSERT INTO thread_merges (from_id, into_id, merged_at) VALUES (${from.id}, ${into.id}, ${tx.now})`,
  );
  await tx.sql.run(q`
    UPDATE threads t SET created_at = least(t.created_at, f.created_at) FROM threads f WHERE t.id = ${into.id} AND f.id = ${from.id}`);
  await tx.sql.run(q`DELETE FROM threads WHERE id = ${from.id}`);
}

/** Who waited in either waits in the one; whoever has it keeps it. */
const recount = (tx: SqlCtx, from: Thread, into: Thread): Promise<number> =>
  tx.sql.run(q`
    UPDATE threads t SET unread_for_staff = c.staff, unread_for_person = c.person, last_message_at = c.last,
      status = ${statusOf(from, into)}::thread_status, waiting_since = least(t.waiting_since, ${from.waitingSince}::timestamptz),
      closed_at = CASE WHEN ${statusOf(from, into)} = 'closed' THEN greatest(t.closed_at, ${from.closedAt}::timestamptz) END,
      assignee_id = coalesce(t.assignee_id, ${from.assigneeId}::int), priority = greatest(t.priority, ${from.priority}::thread_priority),
      merges = t.merges + ${from.merges + 1}::smallint, away_told_at = greatest(t.away_told_at, ${from.awayToldAt}::timestamptz), rating = coalesce(t.rating, ${from.rating}::smallint), rated_at = coalesce(t.rated_at, ${from.ratedAt}::timestamptz),
      rating_text = CASE WHEN t.rating IS NULL THEN ${from.ratingText} ELSE t.rating_text END,
      tags = ARRAY(SELECT DISTINCT tag FROM unnest(t.tags || ${from.tags}::text[]) AS tag ORDER BY tag LIMIT 10)
    FROM (
      SELECT count(*) FILTER (WHERE NOT from_staff AND read_at IS NULL AND deleted_at IS NULL)::int AS staff,
        count(*) FILTER (WHERE from_staff AND read_at IS NULL AND deleted_at IS NULL)::int AS person, max(created_at) AS last
      FROM messages WHERE thread_id = ${into.id}) AS c
    WHERE t.id = ${into.id}`);

const statusOf = (...threads: Thread[]): Thread['status'] => {
  const all = threads.map(({ status }) => status);
  if (all.includes('open')) return 'open';
  return all.includes('waiting') ? 'waiting' : 'closed';
};
