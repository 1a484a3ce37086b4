import { actorOf, type Ctx, inSqlTransaction } from '../../ctx.ts';
import { NotFound, Refusal } from '../../errors.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { tellOfThread } from './news.ts';
import { lockThread } from './threads.ts';

/** What the person thought of a closed thread: 1 to 5 and a word. Said again, the later counts. */
export async function rateThread(
  ctx: Ctx,
  id: number,
  { rating, word }: { rating: number; word: string },
): Promise<void> {
  await inSqlTransaction(ctx, async (tx) => {
    const thread = await lockThread(tx, id);
    if (thread.personId !== actorOf(tx).id) throw new NotFound();
    if (thread.status !== 'closed') throw new Refusal('support:errors.rateClosed', undefined, 'rating');
    await tx.sql.run(
      q`UPDATE threads SET rating = ${rating}, rating_text = ${word}, rated_at = ${tx.now} WHERE id = ${thread.id}`,
    );
    const subject = { type: 'thread', id: thread.id };
    await record(tx, { action: 'thread.rated', subject, userId: thread.personId, details: { rating } });
    await tellOfThread(tx, thread, { person: false });
  });
}
