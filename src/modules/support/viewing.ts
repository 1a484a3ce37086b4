import { actorOf, type SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import { tellOfViewing } from './news.ts';
import { isStaff, type Thread } from './threads.ts';

export type Viewer = { name: string; staff: boolean; typing: boolean };

// A page says it again every twenty seconds, and every few while somebody types.
const viewingSeconds = 45;
const typingSeconds = 8;

/** The actor has a thread before his eyes, and perhaps types. Whoever else looks at it hears of it. */
export async function lookAt(ctx: SqlCtx, thread: Thread, { typing }: { typing: boolean }): Promise<void> {
  const { id } = actorOf(ctx);
  const typedAt = typing ? ctx.now : null;
  await ctx.sql.run(q`
    INSERT INTO thread_viewers (thread_id, user_id, seen_at, typed_at) VALUES (${thread.id}, ${id}, ${ctx.now}, ${typedAt})
    ON CONFLICT (thread_id, user_id) DO UPDATE SET seen_at = excluded.seen_at, typed_at = excluded.typed_at`);
  await tellOfViewing(ctx, thread, { typing });
}

/** What the actor typed in a thread is sent: he types no more. Who sees him type looks anew when the message comes. */
export async function stopTyping(tx: SqlCtx, thread: Thread): Promise<void> {
  if (!tx.actor) return;
  await tx.sql.run(
    q`UPDATE thread_viewers SET typed_at = NULL WHERE thread_id = ${thread.id} AND user_id = ${tx.actor.id}`,
    'support.stop_typing',
  );
}

/** Who else looks at a thread: staff see everybody by name; a person sees only that support types. */
export async function viewersOf(ctx: SqlCtx, thread: Thread): Promise<Viewer[]> {
  const actor = actorOf(ctx);
  const all = await ctx.sql.rows<Viewer>(q`
    SELECT u.name, v.user_id IS DISTINCT FROM ${thread.personId}::int AS staff, coalesce(v.typed_at > ${ago(ctx, typingSeconds)}::timestamptz, false) AS typing
    FROM thread_viewers v JOIN users u ON u.id = v.user_id
    WHERE v.thread_id = ${thread.id} AND v.user_id <> ${actor.id} AND v.seen_at > ${ago(ctx, viewingSeconds)}::timestamptz
    ORDER BY u.name_key`);
  if (isStaff(actor)) return all;
  return all.some(({ typing }) => typing) ? [{ name: '', staff: true, typing: true }] : [];
}

const ago = ({ now }: SqlCtx, seconds: number): Date => new Date(now.getTime() - seconds * 1000);

/** Forgets who looked at threads yesterday. */
export const forgetViewers = (ctx: SqlCtx): Promise<number> =>
  ctx.sql.run(q`DELETE FROM thread_viewers WHERE seen_at < ${ago(ctx, 86_400)}::timestamptz`);
