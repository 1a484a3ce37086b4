import type { SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import type { Thread } from './threads.ts';

export const assignJob = 'support.assign';

/** Puts a sweep into the act's transaction when the thread's department gives threads out by itself. */
export async function wantAssignment(tx: SqlCtx, thread: Pick<Thread, 'departmentId'>): Promise<void> {
  const automatic = await tx.sql.row(
    q`SELECT id FROM departments WHERE id = ${thread.departmentId} AND active AND auto_assign`,
    'support.assign_wanted',
  );
  if (automatic) await tx.jobs.enqueue(tx, assignJob, {});
}
