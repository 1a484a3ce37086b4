import type { SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import type { StoredEvent } from './expand.ts';
import { ringBells } from './news.ts';

type Row = { id: number; headId: number; userId: number };

/**
 * Takes back what was told of a thing that has been dealt with: its bundle tells of so many fewer, and is done when nothing is
 * left. Rows are locked in the order of ids, as everywhere in this room.
 */
export async function takeBack(tx: SqlCtx, { type, subjectId }: StoredEvent): Promise<void> {
  const rows = await tx.sql.rows<Row>(q`
    SELECT n.id, coalesce(n.head_id, n.id) AS "headId", n.user_id AS "userId"
    FROM notifications n JOIN notification_events e ON e.id = n.event_id
    WHERE e.type = ${type} AND e.subject_id = ${subjectId}::int AND NOT e.settles AND n.settled_at IS NULL`);
  if (rows.length === 0) return;
  const ids = rows.map(({ id }) => id);
  const heads = [...new Set(rows.map(({ headId }) => headId))];
  await tx.sql.run(q`SELECT id FROM notifications WHERE id = ANY(${[...ids, ...heads]}::int[]) ORDER BY id FOR UPDATE`);
  await tx.sql.run(q`UPDATE notifications SET settled_at = ${tx.now} WHERE id = ANY(${ids}::int[])`);
  await countAnew(tx, heads);
  await ringBells(tx, [...new Set(rows.map(({ userId }) => userId))]);
}

async function countAnew(tx: SqlCtx, heads: number[]): Promise<void> {
  await tx.sql.run(q`
    UPDATE notifications h SET
      count = CASE WHEN rest.things > 0 THEN rest.things ELSE h.count END,
      latest_event_id = coalesce(rest.latest, h.latest_event_id),
      state = CASE WHEN rest.things > 0 THEN h.state ELSE 'done' END,
      done_at = CASE WHEN rest.things > 0 THEN h.done_at ELSE coalesce(h.done_at, ${tx.now}::timestamptz) END,
      snoozed_until = CASE WHEN rest.things > 0 THEN h.snoozed_until END
    FROM (
      SELECT coalesce(n.head_id, n.id) AS head, coalesce(sum(e.count) FILTER (WHERE n.settled_at IS NULL), 0)::int AS things,
        max(e.id) FILTER (WHERE n.settled_at IS NULL) AS latest
      FROM notifications n JOIN notification_events e ON e.id = n.event_id
      WHERE n.id = ANY(${heads}::int[]) OR n.head_id = ANY(${heads}::int[])
      GROUP BY coalesce(n.head_id, n.id)
    ) rest WHERE h.id = rest.head`);
}
