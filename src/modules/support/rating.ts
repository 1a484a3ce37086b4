import { actorOf, type Ctx, inSqlTransaction } from '../../ctx.ts';
import { NotFound, Refusal } from '../../errors.ts';
import { q } from '../../lib/sql.ts';
import { tellOfThread } from './news.ts';
import { lockThread } from './threads.ts';

/** What the person thought of a closed thread: 1 to 5 and a word. Said again, the later counts. */
export async function rateThread(
  ctx: Ctx,
  id: number,
  { rating, text }: { rating: number; text: string },
): Promise<void> {
  await inSqlTransaction(ctx, async (tx) => {
    const thread = await lockThread(tx, id);
    if (thread.personId !== actorOf(tx).id) throw new NotFound();
    if (thread.status !== 'closed') throw new Refusal('support:errors.rateClosed', undefined, 'rating');
    await tx.sql.run(
      q`UPDATE threads SET rating = ${rating}, rating_text = ${text}, rated_at = ${tx.now} WHERE id = ${id}`,
    );
    await tellOfThread(tx, thread, { person: false });
  });
}
