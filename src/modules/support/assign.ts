import { type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { writeEvent } from './events.ts';
import { tellOfHands } from './hands.ts';
import { tellOfThread } from './news.ts';
import { awaySeconds, isAnswering, onlineSeconds } from './operators.ts';
import type { Thread } from './threads.ts';

// The advisory lock of whoever gives out threads: one thread at a time in the whole house.
const ASSIGN_LOCK = 7310;

type Moved = Pick<Thread, 'id' | 'personId'> & { operatorId: number };

/** Gives out what is nobody's, oldest first, until nothing is left or nobody is free. Returns how many. */
export async function assignWaiting(ctx: Ctx): Promise<number> {
  for (let given = 0; ; given += 1) if (!(await assignNext(ctx))) return given;
}

/**
 * Gives the oldest unassigned thread of an active department that gives out by itself to who is present, accepts new ones
 * and is below his capacity: with the fewest open threads, then longest without a new one. False when there is no such pair.
 */
export const assignNext = (ctx: Ctx): Promise<boolean> =>
  inSqlTransaction(ctx, async (tx) => {
    await lockAssigning(tx);
    const next = await tx.sql.row<Moved>(q`
      WITH free AS (${freeOperators(tx)})
      SELECT t.id, t.person_id AS "personId", f.user_id AS "operatorId" FROM threads t JOIN free f ON f.department_id = t.department_id
      WHERE t.assignee_id IS NULL AND t.queue_rank < 2 ORDER BY t.waiting_since, t.id LIMIT 1 FOR UPDATE OF t SKIP LOCKED`);
    if (!next) return false;
    await tx.sql.run(q`UPDATE threads SET assignee_id = ${next.operatorId} WHERE id = ${next.id}`);
    await tx.sql.run(q`UPDATE operators SET last_assigned_at = ${tx.now} WHERE user_id = ${next.operatorId}`);
    await noteMove(tx, next, 'assigned');
    return true;
  });

/** Takes back what waits with somebody whose pages are long closed, when somebody else is free to see to it. */
export const returnAbandoned = (ctx: Ctx): Promise<number> =>
  inSqlTransaction(ctx, async (tx) => {
    await lockAssigning(tx);
    const back = await tx.sql.rows<Moved>(q`
      WITH free AS (${freeOperators(tx)}), abandoned AS (
        SELECT t.id, t.assignee_id FROM threads t JOIN free f ON f.department_id = t.department_id
        LEFT JOIN operator_presence p ON p.user_id = t.assignee_id
        WHERE t.assignee_id IS NOT NULL AND t.queue_rank < 2 AND t.waiting_since < ${longAgo(tx)}
          AND coalesce(p.seen_at, '-infinity') < ${longAgo(tx)}
          AND NOT EXISTS (SELECT FROM thread_events e
            WHERE e.thread_id = t.id AND e.operator_id = t.assignee_id AND e.created_at >= ${longAgo(tx)})
        ORDER BY t.id LIMIT 100 FOR UPDATE OF t SKIP LOCKED)
      UPDATE threads t SET assignee_id = NULL FROM abandoned a WHERE a.id = t.id
      RETURNING t.id, t.person_id AS "personId", a.assignee_id AS "operatorId"`);
    for (const thread of back) await noteMove(tx, thread, 'returned');
    return back.length;
  });

/** Per department the one whose turn it is. */
const freeOperators = (tx: SqlCtx) => q`
  SELECT DISTINCT ON (m.department_id) m.department_id, m.user_id
  FROM departments d JOIN department_operators m ON m.department_id = d.id JOIN operators o ON o.user_id = m.user_id
  JOIN users u ON u.id = o.user_id JOIN operator_presence p ON p.user_id = o.user_id
  CROSS JOIN LATERAL (SELECT count(*) AS open FROM threads x WHERE x.assignee_id = o.user_id AND x.queue_rank < 2) load
  WHERE d.active AND d.auto_assign AND o.accepts_new AND ${isAnswering} AND load.open < o.capacity
    AND p.seen_at > ${new Date(tx.now.getTime() - onlineSeconds * 1000)}::timestamptz
  ORDER BY m.department_id, load.open, o.last_assigned_at NULLS FIRST, o.user_id`;

const longAgo = (tx: SqlCtx) => q`${new Date(tx.now.getTime() - awaySeconds * 1000)}::timestamptz`;

const lockAssigning = (tx: SqlCtx): Promise<number> =>
  tx.sql.run(q`SELECT pg_advisory_xact_lock(${ASSIGN_LOCK})::text`);

async function noteMove(tx: SqlCtx, { id, personId, operatorId }: Moved, kind: 'assigned' | 'returned'): Promise<void> {
  await writeEvent(tx, { id }, { kind, operatorId });
  const details = { operator: operatorId };
  await record(tx, { action: `thread.${kind}`, subject: { type: 'thread', id }, userId: personId, details });
  await tellOfHands(tx, { id }, kind === 'assigned' ? operatorId : null);
  await tellOfThread(tx, { id, personId }, { person: false });
}
