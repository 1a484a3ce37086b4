import type { SqlCtx } from '../../ctx.ts';
import { q, type Sql } from '../../lib/sql.ts';
import { dueOf, readAt, type Targets } from './clock.ts';
import { clockOf } from './keep-clock.ts';
import type { Thread } from './threads.ts';

export type Running = Pick<
  Thread,
  'id' | 'departmentId' | 'clockSeconds' | 'waitedSeconds' | 'clockFrom' | 'waitingSince'
>;

/** What of the threads `t` is needed to read their clocks. */
export const clockColumns: Sql = q`t.id, t.department_id AS "departmentId", t.clock_seconds AS "clockSeconds",
  t.waited_seconds AS "waitedSeconds", t.clock_from AS "clockFrom", t.waiting_since AS "waitingSince"`;

/** Open threads of a department, locked in the order of their numbers. */
export const lockRunning = (tx: SqlCtx, departmentId: number): Promise<Running[]> =>
  tx.sql.rows<Running>(q`
    SELECT ${clockColumns} FROM threads t WHERE t.department_id = ${departmentId} AND t.queue_rank < 2 ORDER BY t.id FOR UPDATE`);

/** Stops the clocks of threads that have just been closed: `running` is as they were before. */
export async function stopClocks(
  tx: SqlCtx,
  running: Running[],
  departments: readonly (Targets & { id: number })[],
): Promise<void> {
  const hoursOf = new Map(departments.map((one) => [one.id, one]));
  const seconds = running.map((one) => {
    const hours = hoursOf.get(one.departmentId);
    return hours ? readAt(clockOf(one), hours, tx.now).seconds : one.clockSeconds;
  });
  await tx.sql.run(q`
    UPDATE threads t SET clock_seconds = x.seconds, resolution_seconds = x.seconds
    FROM unnest(${running.map(({ id }) => id)}::int[], ${seconds}::int[]) AS x (id, seconds)
    WHERE t.id = x.id AND t.status = 'closed'`);
}

/** A department has other hours or targets now: until now the clocks of its open threads ran by the old ones. */
export async function renewClocks(tx: SqlCtx, running: Running[], before: Targets, now: Targets): Promise<void> {
  const clocks = running.map((one) => readAt(clockOf(one), before, tx.now));
  await tx.sql.run(q`
    UPDATE threads t SET clock_seconds = x.seconds, waited_seconds = x.waited, clock_from = ${tx.now}, due_at = x.due
    FROM unnest(${running.map(({ id }) => id)}::int[], ${clocks.map(({ seconds }) => seconds)}::int[],
      ${clocks.map(({ waited }) => waited)}::int[], ${clocks.map((clock) => dueOf(clock, now)?.toISOString() ?? null)}::timestamptz[])
      AS x (id, seconds, waited, due)
    WHERE t.id = x.id`);
}
