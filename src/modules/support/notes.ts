import type { Ctx } from '../../ctx.ts';
import { Refusal } from '../../errors.ts';
import { acting } from './acting.ts';
import { writeEvent } from './events.ts';
import { mention } from './mentions.ts';
import { tellOfThread } from './news.ts';

/**
 * Notes something for colleagues. It is kept apart from messages and is never for the person: neither counted, nor mailed, nor
 * heard of on his stream. The same requestId notes once.
 */
export async function noteForStaff(ctx: Ctx, id: number, { requestId, text }: { requestId: string; text: string }) {
  await acting(ctx, id, { requestId }, async (tx, thread) => {
    if (text === '') throw new Refusal('support:errors.emptyNote', undefined, 'note');
    const note = await writeEvent(tx, thread, { kind: 'note', requestId, text });
    await mention(tx, thread, { id: note, text });
    await tellOfThread(tx, thread, { person: false });
  });
}
