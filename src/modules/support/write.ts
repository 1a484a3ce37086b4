import { type Actor, actorOf, type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { Forbidden } from '../../errors.ts';
import { findPosted, type Posted, post, type Writing } from './post.ts';
import { isStaff, latestOwn, lockPerson, lockThread, makeThread, type Thread } from './threads.ts';

/**
 * A person writes into a thread of his own; a closed one opens again. The same requestId gives the same message. Throws a
 * Refusal when there is nothing in it, Forbidden for staff, who answer instead.
 */
export async function writeTo(ctx: Ctx, threadId: number, writing: Writing): Promise<Posted> {
  mustWrite(actorOf(ctx));
  return inSqlTransaction(ctx, async (tx) => say(tx, await lockThread(tx, threadId), writing));
}

/** A person begins a thread about something. */
export const beginThread = (ctx: Ctx, purposeId: number | undefined, writing: Writing): Promise<Posted> =>
  first(ctx, writing, (tx) => makeThread(tx, purposeId));

/** A person writes without saying where: into the thread that he wrote in last, or a first one. */
export const writeMessage = (ctx: Ctx, writing: Writing): Promise<Posted> =>
  first(ctx, writing, async (tx) => {
    const latest = await latestOwn(tx);
    return latest === undefined ? makeThread(tx, undefined) : lockThread(tx, latest);
  });

async function first(ctx: Ctx, writing: Writing, find: (tx: SqlCtx) => Promise<Thread>): Promise<Posted> {
  mustWrite(actorOf(ctx));
  return inSqlTransaction(ctx, async (tx) => {
    await lockPerson(tx);
    return (await findPosted(tx, writing.requestId)) ?? post(tx, await find(tx), writing, { fromStaff: false });
  });
}

const say = async (tx: SqlCtx, thread: Thread, writing: Writing): Promise<Posted> =>
  (await findPosted(tx, writing.requestId)) ?? post(tx, thread, writing, { fromStaff: false });

function mustWrite(actor: Actor): void {
  if (isStaff(actor) || !actor.permissions.has('self:thread:write')) throw new Forbidden();
}
