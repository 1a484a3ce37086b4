import { type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import { takeBack } from './bundles.ts';
import { ringBells } from './news.ts';
import { type Recipient, recipientsOf } from './recipients.ts';
import { type EventType, typeOf } from './types.ts';

export type StoredEvent = {
  id: number;
  type: string;
  settles: boolean;
  subjectId: number | null;
  personId: number | null;
  actorId: number | null;
  count: number;
  createdAt: Date;
};

const TELLING = 1_279_476_038;
const bundledWithin = 24 * 3_600_000;

/**
 * Works the outbox off, oldest first. Each event is one transaction, so that one which was broken off in the middle is told from
 * its beginning, and one that was told is not told again, whoever runs this and how often.
 */
export async function expandEvents(ctx: Ctx): Promise<void> {
  while (await inSqlTransaction(ctx, expandNext));
}

async function expandNext(tx: SqlCtx): Promise<boolean> {
  // One at a time, or of two events of a kind that come together each would begin a bundle.
  await tx.sql.run(q`SELECT pg_advisory_xact_lock(${TELLING}::bigint)`);
  const event = await tx.sql.row<StoredEvent>(q`
    UPDATE notification_events SET expanded_at = ${tx.now}
    WHERE id = (SELECT min(id) FROM notification_events WHERE expanded_at IS NULL)
    RETURNING id, type, settles, subject_id AS "subjectId", person_id AS "personId", actor_id AS "actorId", count, created_at AS "createdAt"`);
  if (!event) return false;
  const type = typeOf(event.type);
  if (event.settles) await takeBack(tx, event);
  else if (type) await tell(tx, event, type);
  return true;
}

async function tell(tx: SqlCtx, event: StoredEvent, type: EventType): Promise<void> {
  const recipients = await recipientsOf(tx, event, type);
  const here = recipients.filter(({ cabinet }) => cabinet);
  await putIntoCabinet(tx, event, type, here);
  await putOnTheirWay(tx, event, type, recipients);
  await ringBells(
    tx,
    here.map(({ id }) => id),
  );
}

async function putIntoCabinet(
  tx: SqlCtx,
  event: StoredEvent,
  { digest }: EventType,
  recipients: Recipient[],
): Promise<void> {
  const ids = recipients.map(({ id }) => id);
  const heads = digest ? await openHeads(tx, event.type, ids) : new Map<number, number>();
  const joined = await tx.sql.rows<{ headId: number | null }>(q`
    INSERT INTO notifications (user_id, event_id, latest_event_id, type, head_id, count, at, created_at)
    SELECT t.user_id, ${event.id}::int, ${event.id}::int, ${event.type}, t.head_id, ${event.count}::int,
      ${event.createdAt}::timestamptz, ${tx.now}::timestamptz
    FROM unnest(${ids}::int[], ${ids.map((id) => heads.get(id) ?? null)}::int[]) AS t(user_id, head_id)
    ON CONFLICT (user_id, event_id) DO NOTHING RETURNING head_id AS "headId"`);
  const grown = joined.flatMap(({ headId }) => (headId === null ? [] : [headId]));
  if (grown.length === 0) return;
  await tx.sql.run(q`
    UPDATE notifications SET count = count + ${event.count}, latest_event_id = ${event.id}, at = ${event.createdAt}
    WHERE id = ANY(${grown}::int[])`);
}

/** For each person the row that this one joins: unread, of today, and locked, so that nobody reads it away meanwhile. */
async function openHeads(tx: SqlCtx, type: string, userIds: number[]): Promise<Map<number, number>> {
  const rows = await tx.sql.rows<{ id: number; userId: number }>(q`
    SELECT id, user_id AS "userId" FROM notifications
    WHERE user_id = ANY(${userIds}::int[]) AND type = ${type} AND state = 'new' AND seen_at IS NULL AND head_id IS NULL
      AND snoozed_until IS NULL AND created_at > ${new Date(tx.now.getTime() - bundledWithin)}
    ORDER BY id FOR UPDATE`);
  return new Map(rows.map(({ id, userId }) => [userId, id]));
}

async function putOnTheirWay(
  tx: SqlCtx,
  event: StoredEvent,
  { digest }: EventType,
  recipients: Recipient[],
): Promise<void> {
  const due = new Date(tx.now.getTime() + (digest?.minutes ?? 0) * 60_000);
  const sent = recipients.flatMap(({ id, outward }) => outward.map((channel) => ({ id, channel })));
  if (sent.length === 0) return;
  await tx.sql.run(q`
    INSERT INTO notification_deliveries (event_id, user_id, channel, due_at)
    SELECT ${event.id}::int, t.user_id, t.channel, ${due}::timestamptz
    FROM unnest(${sent.map(({ id }) => id)}::int[], ${sent.map(({ channel }) => channel)}::text[]) AS t(user_id, channel)
    ON CONFLICT (event_id, user_id, channel) DO NOTHING`);
}
