import type { SqlCtx } from '../../ctx.ts';
import { Refusal, violates } from '../../errors.ts';
import { q } from '../../lib/sql.ts';

const CHAT_LOCK = 7311;

/**
 * Holds whatever else happens with a chat until the transaction ends. Taken before any thread is locked, and a chat's own row is
 * changed after them: an answer, which holds its thread, looks at that row.
 */
export const lockChat = (tx: SqlCtx, id: number): Promise<number> =>
  tx.sql.run(q`SELECT pg_advisory_xact_lock(${CHAT_LOCK}::int, ${id}::int)::text`);

/** Somebody who writes from Telegram and has no account. */
export type Guest = {
  id: number;
  name: string;
  username: string | null;
  phone: string | null;
  blockedAt: Date | null;
  createdAt: Date;
};

/** The guest of a thread. */
export const findGuest = (ctx: SqlCtx, id: number): Promise<Guest | undefined> =>
  ctx.sql.row<Guest>(
    q`SELECT id, name, username, phone, blocked_at AS "blockedAt", created_at AS "createdAt" FROM telegram_chats WHERE id = ${id}`,
    'telegram.guest',
  );

/**
 * Staff say whose chat it is: what comes from there is the user's from now on. It proves nothing to the bot, which goes on saying
 * nothing of the account until the person links it himself. Throws a Refusal when the user has another chat already.
 */
export async function giveGuestTo(tx: SqlCtx, guestId: number, userId: number): Promise<void> {
  try {
    const given = await tx.sql.run(q`
      UPDATE telegram_chats SET user_id = ${userId}, linked_at = ${tx.now}, step = 'talking' WHERE id = ${guestId} AND user_id IS NULL`);
    if (given === 0) throw new Error(`Chat ${guestId} is somebody's already`);
  } catch (error) {
    if (violates(error, 'telegram_chats_user_id_key'))
      throw new Refusal('telegram:errors.userHasChat', undefined, 'userId');
    throw error;
  }
}
