import { actorOf, type Ctx, type SqlCtx } from '../../ctx.ts';
import { Refusal } from '../../errors.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { acting } from './acting.ts';
import { wantAssignment } from './assign-wanted.ts';
import { writeEvent } from './events.ts';
import { tellOfHands } from './hands.ts';
import { keepClock } from './keep-clock.ts';
import { tellOfThread } from './news.ts';
import { isAnswering } from './operators.ts';
import type { Thread } from './threads.ts';

/** `seenAssigneeId`: whose the thread was on the page that the act came from; null: nobody's. */
type Act = { requestId: string; seenAssigneeId: number | null };
export type Handover = Act & { operatorId?: number | undefined; departmentId?: number | undefined; note: string };

/** Somebody else has it since: nothing changes, and the page shows whose it is now. */
class TakenMeanwhile extends Refusal {}

/** The actor takes a thread, from nobody or from whom he saw. The same requestId acts once. Throws TakenMeanwhile. */
export async function takeThread(ctx: Ctx, id: number, act: Act): Promise<void> {
  const me = actorOf(ctx).id;
  await acting(ctx, id, act, async (tx, thread) => {
    if (thread.assigneeId === me) return;
    refuseUnseen(thread, act);
    await tx.sql.run(q`UPDATE threads SET assignee_id = ${me} WHERE id = ${thread.id}`);
    await writeEvent(tx, thread, { kind: 'taken', requestId: act.requestId, operatorId: me });
    await record(tx, { action: 'thread.taken', subject: { type: 'thread', id: thread.id }, userId: thread.personId });
    await tellOfHands(tx, thread, me);
    await tellOfThread(tx, thread, { person: false });
  });
}

/**
 * Gives a thread to an operator, to a department (then it is nobody's there), or to an operator in a department, with a
 * note for staff. The same requestId acts once. Throws TakenMeanwhile, and a Refusal for nobody or somebody who cannot answer.
 */
export async function handOver(ctx: Ctx, id: number, act: Handover): Promise<void> {
  await acting(ctx, id, act, async (tx, thread) => {
    refuseUnseen(thread, act);
    const { operatorId = null, departmentId = null } = act;
    if (operatorId === null && departmentId === null) throw new Refusal('support:errors.handOver', undefined, 'to');
    await refuseUnfit(tx, act);
    await tx.sql.run(q`
      UPDATE threads SET assignee_id = ${operatorId}, department_id = coalesce(${departmentId}::int, department_id) WHERE id = ${thread.id}`);
    if (departmentId !== null && thread.status === 'open')
      await keepClock(tx, thread, { status: 'open', departmentId });
    const { requestId, note } = act;
    await writeEvent(tx, thread, { kind: 'handed_over', requestId, operatorId, departmentId, text: note });
    const details = { operator: operatorId, department: departmentId };
    await record(tx, {
      action: 'thread.handed_over',
      subject: { type: 'thread', id: thread.id },
      userId: thread.personId,
      details,
    });
    await tellOfHands(tx, thread, operatorId);
    await tellOfThread(tx, thread, { person: false });
    if (operatorId === null) await wantAssignment(tx, { departmentId: departmentId ?? thread.departmentId });
  });
}

function refuseUnseen({ assigneeId, assignee }: Thread, { seenAssigneeId }: Act): void {
  if (assigneeId === seenAssigneeId) return;
  if (assignee) throw new TakenMeanwhile('support:errors.takenMeanwhile', { name: assignee });
  throw new TakenMeanwhile('support:errors.freedMeanwhile');
}

async function refuseUnfit(tx: SqlCtx, { operatorId, departmentId }: Handover): Promise<void> {
  const fit = await tx.sql.row<{ operator: boolean; department: boolean }>(q`
    SELECT ${operatorId ?? null}::int IS NULL OR EXISTS (SELECT FROM users u WHERE u.id = ${operatorId ?? null}::int AND ${isAnswering}) AS operator,
      ${departmentId ?? null}::int IS NULL
        OR EXISTS (SELECT FROM departments WHERE id = ${departmentId ?? null}::int AND active) AS department`);
  if (!fit?.operator) throw new Refusal('support:errors.notOperator', undefined, 'to');
  if (!fit.department) throw new Refusal('support:errors.notDepartment', undefined, 'to');
}
