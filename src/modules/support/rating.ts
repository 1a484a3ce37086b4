import { actorOf, type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { Refusal } from '../../errors.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { tellOfThread } from './news.ts';
import { longestWord } from './schemas.ts';
import { lockOwnThread, type Thread, type Whose } from './threads.ts';

/** 1 to 5 and a word; what is not said stays as it was. */
export type Rated = { rating?: number | undefined; word?: string | undefined };

/** What the person thought of a closed thread of his. Said again, the later counts. Throws NotFound, and a Refusal while it is open. */
export const rateThread = (ctx: Ctx, id: number, rated: Rated): Promise<Thread> =>
  inSqlTransaction(ctx, (tx) => rateIn(tx, { personId: actorOf(tx).id, guestId: null }, id, rated));

/** The same from another channel, where a guest may say it too. Returns the thread, which may be what it was merged into. */
export async function rateIn(tx: SqlCtx, whose: Whose, id: number, { rating, word }: Rated): Promise<Thread> {
  const thread = await lockOwnThread(tx, whose, id);
  const said = { rating: rating ?? thread.rating, word: word ?? thread.ratingText };
  if (thread.status !== 'closed' || said.rating === null)
    throw new Refusal('support:errors.rateClosed', undefined, 'rating');
  if (said.word.length > longestWord) throw new Refusal('validation:tooLong', { count: longestWord }, 'word');
  await tx.sql.run(
    q`UPDATE threads SET rating = ${said.rating}, rating_text = ${said.word}, rated_at = ${tx.now} WHERE id = ${thread.id}`,
  );
  const subject = { type: 'thread', id: thread.id };
  await record(tx, { action: 'thread.rated', subject, userId: thread.personId, details: { rating: said.rating } });
  await tellOfThread(tx, thread, { person: false });
  return thread;
}
