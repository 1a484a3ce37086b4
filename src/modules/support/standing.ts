import type { SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { askForRatings } from '../telegram/index.ts';
import { wantAssignment } from './assign-wanted.ts';
import { writeEvent } from './events.ts';
import { settleWork } from './hands.ts';
import { keepClock } from './keep-clock.ts';
import { tellOfThread } from './news.ts';
import type { Thread } from './threads.ts';

const kinds = { open: 'reopened', waiting: 'waits', closed: 'closed' } as const;

/** Puts a locked thread where staff want it, whatever way they said so: with its clock, its trace, the news, and whoever must act next. */
export async function stand(tx: SqlCtx, thread: Thread, to: Thread['status'], requestId: string): Promise<void> {
  await tx.sql.run(q`
    UPDATE threads SET status = ${to}::thread_status, waiting_since = ${to === 'open' ? tx.now : null},
      closed_at = ${to === 'closed' ? tx.now : null} WHERE id = ${thread.id}`);
  await keepClock(tx, thread, { status: to });
  await writeEvent(tx, thread, { kind: kinds[to], requestId });
  const { id, personId } = thread;
  await record(tx, { action: `thread.${kinds[to]}`, subject: { type: 'thread', id }, userId: personId });
  await tellOfThread(tx, thread, { person: true });
  if (to === 'closed') await askForRatings(tx, [id]);
  if (to !== 'open') await settleWork(tx, [id]);
  else if (thread.assigneeId === null) await wantAssignment(tx, thread);
}
