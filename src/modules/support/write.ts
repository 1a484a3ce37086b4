import { actorOf, type Ctx, inSqlTransaction } from '../../ctx.ts';
import { Forbidden } from '../../errors.ts';
import { findPosted, type Posted, post, type Writing } from './post.ts';
import { isStaff, lockOwnThread } from './threads.ts';

/**
 * A person writes to support; the first message makes the thread. The same requestId gives the same message. Throws a
 * Refusal when there is nothing in it, Forbidden for staff, who answer instead.
 */
export async function writeMessage(ctx: Ctx, writing: Writing): Promise<Posted> {
  const actor = actorOf(ctx);
  if (isStaff(actor) || !actor.permissions.has('self:thread:write')) throw new Forbidden();
  return inSqlTransaction(ctx, async (tx) => {
    const thread = await lockOwnThread(tx);
    return (await findPosted(tx, writing.requestId)) ?? post(tx, thread, writing, { fromStaff: false });
  });
}
