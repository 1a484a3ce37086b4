import type { SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import { tellOfThread } from './news.ts';

/** How an answer stands in another channel has changed: pages that show it look again; what arrived there the person has. */
export async function changedElsewhere(
  ctx: SqlCtx,
  messageId: number,
  { arrived }: { arrived: boolean },
): Promise<void> {
  const thread = await ctx.sql.row<{ id: number; personId: number | null }>(
    q`SELECT t.id, t.person_id AS "personId" FROM messages m JOIN threads t ON t.id = m.thread_id WHERE m.id = ${messageId}`,
  );
  if (!thread) return;
  if (arrived)
    await ctx.sql.run(
      q`UPDATE messages SET delivered_at = ${ctx.now} WHERE id = ${messageId} AND delivered_at IS NULL`,
    );
  await tellOfThread(ctx, thread, { person: false });
}
