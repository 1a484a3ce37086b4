import { actorOf, type SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import type { Thread } from './threads.ts';

/** What the actor has begun to write in a thread; empty when nothing. */
export async function draftOf(ctx: SqlCtx, thread: Thread): Promise<string> {
  const row = await ctx.sql.row<{ text: string }>(
    q`SELECT text FROM thread_drafts WHERE thread_id = ${thread.id} AND user_id = ${actorOf(ctx).id}`,
    'support.draft',
  );
  return row?.text ?? '';
}

/** Keeps it, or forgets it when it is empty. Everybody has his own, so nobody else's act can lose it. */
export const keepDraft = (ctx: SqlCtx, thread: Thread, text: string): Promise<number> =>
  text === ''
    ? ctx.sql.run(q`DELETE FROM thread_drafts WHERE thread_id = ${thread.id} AND user_id = ${actorOf(ctx).id}`)
    : ctx.sql.run(q`
        INSERT INTO thread_drafts (thread_id, user_id, text, updated_at) VALUES (${thread.id}, ${actorOf(ctx).id}, ${text}, ${ctx.now})
        ON CONFLICT (thread_id, user_id) DO UPDATE SET text = excluded.text, updated_at = excluded.updated_at`);
