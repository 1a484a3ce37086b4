import { actorOf, type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { Forbidden, Refusal } from '../../errors.ts';
import { likeText, q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { giveGuestTo, lockChat } from '../telegram/index.ts';
import { hasActed, writeEvent } from './events.ts';
import { tellOfThread } from './news.ts';
import { getThread, isStaff, lockThread, type Thread } from './threads.ts';

export type Found = { id: number; name: string; email: string; hasChat: boolean };

/** Users to whom a guest may turn out to belong, by a part of the name or address. Staff never: whoever a guest is, he is none of them. */
export const usersLike = (ctx: SqlCtx, words: string): Promise<Found[]> =>
  words.trim() === ''
    ? Promise.resolve([])
    : ctx.sql.rows<Found>(q`
        SELECT u.id, u.name, u.email, EXISTS (SELECT FROM telegram_chats c WHERE c.user_id = u.id) AS "hasChat" FROM users u
        WHERE u.role = 'user' AND u.status <> 'banned'
          AND letters_of(u.name_key || ' ' || u.email) LIKE letters_of(${likeOf(words)}) AND u.name_key || ' ' || u.email LIKE ${likeOf(words)}
        ORDER BY u.name_key LIMIT 8`);

const likeOf = (words: string): string => `%${likeText(words.trim().toLowerCase())}%`;

/**
 * Staff say which user a guest is: all his threads become the user's, as does whatever he writes later. The same requestId acts
 * once. Throws a Refusal for whoever cannot be a guest, or has a Telegram of his own already.
 */
export async function linkGuest(ctx: Ctx, id: number, act: { requestId: string; userId: number }): Promise<void> {
  if (!isStaff(actorOf(ctx))) throw new Forbidden();
  await inSqlTransaction(ctx, async (tx) => {
    const { guestId } = await getThread(tx, id);
    if (guestId !== null) {
      await lockChat(tx, guestId);
      await lockThreadsOf(tx, guestId);
    }
    const thread = await lockThread(tx, id);
    if (await hasActed(tx, act.requestId)) return;
    if (thread.guestId === null) throw new Refusal('support:errors.notGuest');
    const user = await tx.sql.row<{ name: string }>(
      q`SELECT name FROM users WHERE id = ${act.userId} AND role = 'user' AND status <> 'banned'`,
    );
    if (!user) throw new Refusal('support:errors.chooseUser', undefined, 'userId');
    await moveToUser(tx, thread.guestId, act.userId);
    await giveGuestTo(tx, thread.guestId, act.userId);
    await writeEvent(tx, thread, { kind: 'linked', requestId: act.requestId, text: user.name });
    await record(tx, {
      action: 'thread.linked',
      subject: { type: 'thread', id: thread.id },
      userId: act.userId,
      details: { name: user.name },
    });
  });
}

// As a merge locks its two, and before the one that is asked for: or each would wait for the other.
const lockThreadsOf = (tx: SqlCtx, guestId: number): Promise<Pick<Thread, 'id'>[]> =>
  tx.sql.rows(q`SELECT id FROM threads WHERE guest_id = ${guestId} ORDER BY id FOR UPDATE`);

/** Makes every thread of a guest the user's, with what he said in them. Locked in the order of their numbers. */
export async function moveToUser(tx: SqlCtx, guestId: number, userId: number): Promise<void> {
  const threads = await lockThreadsOf(tx, guestId);
  const ids = threads.map((thread) => thread.id);
  await tx.sql.run(q`UPDATE threads SET person_id = ${userId}, guest_id = NULL WHERE id = ANY(${ids}::int[])`);
  await tx.sql.run(
    q`UPDATE messages SET author_id = ${userId} WHERE thread_id = ANY(${ids}::int[]) AND author_id IS NULL AND NOT from_staff`,
  );
  for (const { id } of threads) await tellOfThread(tx, { id, personId: userId }, { person: true });
}
