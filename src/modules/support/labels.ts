import { actorOf, type Ctx, inSqlTransaction } from '../../ctx.ts';
import { Forbidden, Refusal } from '../../errors.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { tellOfThread } from './news.ts';
import { isStaff, lockThread, type Thread } from './threads.ts';

export type Labels = Pick<Thread, 'purposeId' | 'priority' | 'tags'>;

/** What a thread is about, how pressing it is, and its tags. The department stays: handing over is an act of its own. */
export async function labelThread(ctx: Ctx, id: number, { purposeId, priority, tags }: Labels): Promise<void> {
  if (!isStaff(actorOf(ctx))) throw new Forbidden();
  await inSqlTransaction(ctx, async (tx) => {
    const thread = await lockThread(tx, id);
    const purpose = await tx.sql.row(q`SELECT id FROM purposes WHERE id = ${purposeId}`);
    if (!purpose) throw new Refusal('support:errors.purpose', undefined, 'purposeId');
    await tx.sql.run(q`
      UPDATE threads SET purpose_id = ${purposeId}, priority = ${priority}::thread_priority, tags = ${tags}::text[] WHERE id = ${thread.id}`);
    const details = { purpose: purposeId, priority, tags };
    await record(tx, {
      action: 'thread.labelled',
      subject: { type: 'thread', id: thread.id },
      userId: thread.personId,
      details,
    });
    await tellOfThread(tx, thread, { person: false });
  });
}
