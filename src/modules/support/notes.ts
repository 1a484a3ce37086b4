import { actorOf, type Ctx, inSqlTransaction } from '../../ctx.ts';
import { Forbidden, Refusal } from '../../errors.ts';
import { hasActed, writeEvent } from './events.ts';
import { mention } from './mentions.ts';
import { tellOfThread } from './news.ts';
import { isStaff, lockThread } from './threads.ts';

/**
 * Notes something for colleagues. It is kept apart from messages and is never for the person: neither counted, nor mailed, nor
 * heard of on his stream. The same requestId notes once.
 */
export async function noteForStaff(ctx: Ctx, id: number, { requestId, text }: { requestId: string; text: string }) {
  if (!isStaff(actorOf(ctx))) throw new Forbidden();
  await inSqlTransaction(ctx, async (tx) => {
    const thread = await lockThread(tx, id);
    if (await hasActed(tx, requestId)) return;
    if (text === '') throw new Refusal('support:errors.emptyNote', undefined, 'note');
    const note = await writeEvent(tx, thread, { kind: 'note', requestId, text });
    await mention(tx, thread, { id: note, text });
    await tellOfThread(tx, thread, { person: false });
  });
}
