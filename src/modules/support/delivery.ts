import { actorOf, type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { Forbidden, NotFound } from '../../errors.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { retryDelivery } from '../telegram/index.ts';
import { tellOfThread } from './news.ts';
import { isStaff, lockThread, type Thread } from './threads.ts';

/** Staff send an answer again that did not arrive. One that is there, or on its way, is left alone: pressed twice it goes once. */
export async function resend(ctx: Ctx, threadId: number, messageId: number): Promise<void> {
  if (!isStaff(actorOf(ctx))) throw new Forbidden();
  await inSqlTransaction(ctx, async (tx) => {
    const thread = await lockThread(tx, threadId);
    const answer = await tx.sql.row(
      q`SELECT id FROM messages WHERE id = ${messageId} AND thread_id = ${thread.id} AND from_staff`,
    );
    if (!answer) throw new NotFound();
    await retryDelivery(tx, messageId);
    await record(tx, {
      action: 'message.resent',
      subject: { type: 'thread', id: thread.id },
      userId: thread.personId,
      details: { messageId },
    });
    await tellOfThread(tx, thread, { person: false });
  });
}

/** The newest answers of a thread whose way to Telegram has just changed: a page that shows them looks again. */
export async function deliveriesOfLate(ctx: SqlCtx, thread: Thread): Promise<Set<number>> {
  if (!ctx.telegram.on) return new Set();
  const rows = await ctx.sql.rows<{ id: number }>(
    q`SELECT d.message_id AS id FROM (SELECT id FROM messages WHERE thread_id = ${thread.id} ORDER BY id DESC LIMIT 50) m
      JOIN message_deliveries d ON d.message_id = m.id WHERE d.changed_at > ${new Date(ctx.now.getTime() - 60_000)}`,
    'support.deliveries_of_late',
  );
  return new Set(rows.map(({ id }) => id));
}
