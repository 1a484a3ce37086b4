import { actorOf, type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { Forbidden } from '../../errors.ts';
import { hasActed } from './events.ts';
import { isStaff, lockThread, type Thread } from './threads.ts';

/** An act of staff on a thread, which is locked until it is done. The same requestId acts once. Throws Forbidden, NotFound. */
export async function acting(
  ctx: Ctx,
  id: number,
  { requestId }: { requestId: string },
  work: (tx: SqlCtx, thread: Thread) => Promise<void>,
): Promise<void> {
  if (!isStaff(actorOf(ctx))) throw new Forbidden();
  await inSqlTransaction(ctx, async (tx) => {
    const thread = await lockThread(tx, id);
    if (!(await hasActed(tx, requestId))) await work(tx, thread);
  });
}
