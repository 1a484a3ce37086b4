import type { SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import { type EventName, notify, settleAll } from '../notifications/index.ts';
import { nameOfPerson } from './person.ts';
import type { Thread } from './threads.ts';

const ofOwner: EventName[] = ['thread.assigned', 'thread.overdue', 'queue.unattended'];

/** Threads were answered, closed or went to somebody else: whatever their operators and heads were told of them needs nobody now. */
export const settleWork = (tx: SqlCtx, threadIds: number[]): Promise<void> => settleAll(tx, ofOwner, threadIds);

/** A thread went to an operator, or to nobody. He hears of it, unless he took it himself. */
export async function tellOfHands(tx: SqlCtx, { id }: Pick<Thread, 'id'>, operatorId: number | null): Promise<void> {
  await settleWork(tx, [id]);
  if (operatorId === null || operatorId === tx.actor?.id) return;
  const row = await tx.sql.row<{ name: string }>(
    q`SELECT ${nameOfPerson(q`t`)} AS name FROM threads t WHERE t.id = ${id}`,
    'support.name_of_person',
  );
  const params = { name: row?.name ?? '' };
  await notify(tx, { type: 'thread.assigned', personId: operatorId, subjectId: id, params });
}

/** The same for many at once: one word for all of them. */
export async function tellOfManyHands(tx: SqlCtx, threadIds: number[], operatorId: number): Promise<void> {
  await settleWork(tx, threadIds);
  const [only] = threadIds;
  if (threadIds.length === 1 && only !== undefined) return tellOfHands(tx, { id: only }, operatorId);
  if (threadIds.length > 1 && operatorId !== tx.actor?.id)
    await notify(tx, { type: 'thread.assigned', personId: operatorId, count: threadIds.length });
}
