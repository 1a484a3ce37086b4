import type { SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';

export type Overview = {
  linked: number;
  guests: number;
  blocked: number;
  failed: number;
  sending: number;
  unread: number;
};

/** How the bot fares: who is there, what did not arrive in a week, what waits. */
export async function overviewOf(ctx: SqlCtx): Promise<Overview | undefined> {
  const week = new Date(ctx.now.getTime() - 7 * 86_400_000);
  return ctx.sql.row<Overview>(q`
    SELECT (SELECT count(*)::int FROM telegram_chats WHERE user_id IS NOT NULL) AS linked,
      (SELECT count(*)::int FROM telegram_chats WHERE user_id IS NULL) AS guests,
      (SELECT count(*)::int FROM telegram_chats WHERE blocked_at IS NOT NULL) AS blocked,
      (SELECT count(*)::int FROM message_deliveries WHERE state = 'failed' AND changed_at > ${week}) AS failed,
      (SELECT count(*)::int FROM message_deliveries WHERE state = 'sending') AS sending,
      (SELECT count(*)::int FROM telegram_updates WHERE done_at IS NULL AND chat_id IS NOT NULL) AS unread`);
}
