import type { SqlCtx } from '../../ctx.ts';
import { secondsBetween } from '../../lib/business-hours.ts';
import { q } from '../../lib/sql.ts';
import { type Clock, dueOf, readAt, type Targets } from './clock.ts';
import type { Thread } from './threads.ts';

/** What an act makes of a thread, as far as its clock goes. */
type Became = {
  status: Thread['status'];
  departmentId?: number;
  answered?: boolean;
  /** Since when the person waits, where the act has found that out anew. */
  waitingSince?: Date | null;
};
type FirstAnswer = Pick<Thread, 'firstAnswerAt' | 'firstAnswerSeconds'>;

/**
 * Keeps the clock of a locked thread through an act, in its transaction: `thread` is as it was before. The clock runs while the
 * thread is open, goes on where it stood when it opens again, and what it shows at the first answer and at closing is written down.
 */
export async function keepClock(tx: SqlCtx, thread: Thread, became: Became): Promise<void> {
  const hours = await targetsOf(tx, thread.departmentId);
  const there = became.departmentId === undefined ? hours : await targetsOf(tx, became.departmentId);
  const read = readAt(clockOf(thread), hours, tx.now);
  const isFirst = became.answered === true && thread.firstAnswerAt === null;
  await write(tx, thread.id, {
    status: became.status,
    clock: nextClock(read, became, tx.now, hours),
    targets: there,
    first: isFirst ? { firstAnswerAt: tx.now, firstAnswerSeconds: read.seconds } : thread,
  });
}

/**
 * An answer: when it came, whether the clock ran until then, and when the next words of either side came; the first answer that stands
 * without it.
 */
type Unkept = { at: Date; stopped: boolean; next: Date | null; first: Date | null };

/** An answer was taken back: the clock has run on as if it had not come, and the first answer is the first that stands. */
export async function unkeepAnswer(tx: SqlCtx, thread: Thread, answer: Unkept, waitingSince?: Date): Promise<void> {
  const hours = await targetsOf(tx, thread.departmentId);
  const stood = answer.stopped ? secondsBetween(hours, answer.at, stoodUntil(tx, thread, answer)) : 0;
  const isFirst = thread.firstAnswerAt?.getTime() === answer.at.getTime();
  const first = isFirst || !answer.first ? nextFirst(thread, answer, hours) : thread;
  const { firstAnswerAt, firstAnswerSeconds } = first;
  await keepClock(
    tx,
    { ...thread, clockSeconds: thread.clockSeconds + stood, firstAnswerAt, firstAnswerSeconds },
    waitingSince ? { status: 'open', waitingSince } : { status: thread.status },
  );
}

// Until something set the clock going again, or would have stopped it anyway.
function stoodUntil({ now }: SqlCtx, thread: Thread, { next }: Unkept): Date {
  const opened = thread.status === 'open' ? clockOf(thread).from : null;
  const ends = [now, next, opened, thread.closedAt].flatMap((end) => (end ? [end.getTime()] : []));
  return new Date(Math.min(...ends));
}

function nextFirst({ firstAnswerSeconds }: Thread, { at, first }: Unkept, hours: Targets): FirstAnswer {
  if (!first) return { firstAnswerAt: null, firstAnswerSeconds: null };
  return { firstAnswerAt: first, firstAnswerSeconds: (firstAnswerSeconds ?? 0) + secondsBetween(hours, at, first) };
}

/** One clock of two, when `from` has become part of `into`: it has run as long as the longer, and the earlier answer was the first. */
export async function mergeClocks(tx: SqlCtx, from: Thread, into: Thread, status: Thread['status']): Promise<void> {
  const targets = await targetsOf(tx, into.departmentId);
  const his = readAt(clockOf(from), await targetsOf(tx, from.departmentId), tx.now);
  const ours = readAt(clockOf(into), targets, tx.now);
  const open = status === 'open';
  const waited = open ? Math.max(his.waited, ours.waited) : 0;
  const clock = { seconds: Math.max(his.seconds, ours.seconds), waited, from: open ? tx.now : null };
  const answeredAt = ({ firstAnswerAt }: Thread): number => firstAnswerAt?.getTime() ?? Number.POSITIVE_INFINITY;
  const first = answeredAt(from) < answeredAt(into) ? from : into;
  await write(tx, into.id, { status, clock, targets, first });
}

/** The clock of a thread as the database holds it. One that was opened by hand runs since the person waits. */
export const clockOf = (
  thread: Pick<Thread, 'clockSeconds' | 'waitedSeconds' | 'clockFrom' | 'waitingSince'>,
): Clock => ({
  seconds: thread.clockSeconds,
  waited: thread.waitedSeconds,
  from: thread.clockFrom ?? thread.waitingSince,
});

function nextClock(read: Clock, { status, waitingSince }: Became, now: Date, hours: Targets): Clock {
  if (status !== 'open') return { seconds: read.seconds, waited: 0, from: null };
  return {
    seconds: read.seconds,
    waited: waitingSince ? secondsBetween(hours, waitingSince, now) : read.waited,
    from: now,
  };
}

/** The hours and targets of a department. */
export async function targetsOf(tx: SqlCtx, departmentId: number): Promise<Targets> {
  const targets = await tx.sql.row<Targets>(
    q`SELECT zone, hours, holidays::text[] AS holidays, first_answer_minutes AS "firstAnswerMinutes",
        resolution_minutes AS "resolutionMinutes" FROM departments WHERE id = ${departmentId}`,
    'support.targets',
  );
  if (!targets) throw new Error(`There is no department ${departmentId}`);
  return targets;
}

type Written = { status: Thread['status']; clock: Clock; targets: Targets; first: FirstAnswer };

const write = (tx: SqlCtx, id: number, { status, clock, targets, first }: Written): Promise<number> =>
  tx.sql.run(
    q`UPDATE threads SET clock_seconds = ${clock.seconds}, waited_seconds = ${clock.waited}, clock_from = ${clock.from},
        due_at = ${dueOf(clock, targets)}, first_answer_at = ${first.firstAnswerAt}, first_answer_seconds = ${first.firstAnswerSeconds},
        resolution_seconds = ${status === 'closed' ? clock.seconds : null} WHERE id = ${id}`,
    'support.clock',
  );
