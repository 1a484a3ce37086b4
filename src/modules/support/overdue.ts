import { type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { type Calendar, secondsBetween } from '../../lib/business-hours.ts';
import { q, type Sql } from '../../lib/sql.ts';
import { type EventName, notifyAll } from '../notifications/index.ts';
import { targetsOf } from './keep-clock.ts';
import { isAnswering } from './operators.ts';
import { nameOfPerson } from './person.ts';
import type { Thread } from './threads.ts';

const atOnce = 500;

/** How late a thread is, in seconds of its department's hours; null when it is not. */
export function lateBy({ dueAt }: Pick<Thread, 'dueAt'>, hours: Calendar | undefined, now: Date): number | null {
  return hours && dueAt && dueAt <= now ? secondsBetween(hours, dueAt, now) : null;
}

/** The same of one thread, whose department is not at hand. */
export async function lateness(ctx: SqlCtx, thread: Thread): Promise<number | null> {
  return thread.dueAt && thread.dueAt <= ctx.now
    ? lateBy(thread, await targetsOf(ctx, thread.departmentId), ctx.now)
    : null;
}

/**
 * Tells of every thread that is overdue whoever has it, or the department's head when nobody does: once for each moment at which
 * it was due. Who is told and that he is, is one transaction. Returns how many.
 */
export const tellOverdue = (ctx: Ctx): Promise<number> =>
  tellEach(
    ctx,
    'thread.overdue',
    (tx) => q`
      UPDATE threads t SET told_due_at = t.due_at FROM (
        SELECT x.id, coalesce(a.id, h.id) AS "personId" FROM threads x JOIN departments d ON d.id = x.department_id
        LEFT JOIN (SELECT u.id FROM users u WHERE ${isAnswering}) a ON a.id = x.assignee_id
        LEFT JOIN (SELECT u.id FROM users u WHERE ${isAnswering}) h ON h.id = d.head_id
        WHERE x.due_at <= ${tx.now} AND x.told_due_at IS DISTINCT FROM x.due_at AND coalesce(a.id, h.id) IS NOT NULL
        ORDER BY x.due_at, x.id LIMIT ${atOnce} FOR UPDATE OF x SKIP LOCKED) l`,
  );

/** Tells the heads of departments that give out threads by themselves of what nobody could be given: once until somebody has it. */
export const tellUnattended = (ctx: Ctx): Promise<number> =>
  tellEach(
    ctx,
    'queue.unattended',
    (tx) => q`
      UPDATE threads t SET unattended_told_at = ${tx.now} FROM (
        SELECT x.id, u.id AS "personId" FROM threads x JOIN departments d ON d.id = x.department_id
        JOIN users u ON u.id = d.head_id AND ${isAnswering}
        WHERE x.assignee_id IS NULL AND x.queue_rank < 2 AND x.unattended_told_at IS NULL
          AND d.active AND d.auto_assign
        ORDER BY x.queue_rank, x.queue_moment, x.id LIMIT ${atOnce} FOR UPDATE OF x SKIP LOCKED) l`,
  );

type Told = { subjectId: number; personId: number; name: string };

async function tellEach(ctx: Ctx, type: EventName, mark: (tx: SqlCtx) => Sql): Promise<number> {
  for (let told = 0; ; ) {
    const found = await inSqlTransaction(ctx, async (tx) => {
      const marked = await tx.sql.rows<Told>(q`
        ${mark(tx)} WHERE t.id = l.id RETURNING t.id AS "subjectId", l."personId", ${nameOfPerson(q`t`)} AS name`);
      const events = marked.map(({ subjectId, personId, name }) => ({ type, subjectId, personId, params: { name } }));
      await notifyAll(tx, events);
      return marked.length;
    });
    told += found;
    if (found < atOnce) return told;
  }
}
