import type { SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import { chatsInDialogue, say, setDialogue } from '../telegram/index.ts';
import { nameOfPerson } from './person.ts';
import type { Posted } from './post.ts';
import type { Thread } from './threads.ts';

/** Shows a new message to the staff who answer this thread from the bot; its author has it already. */
export async function showInDialogues(
  tx: SqlCtx,
  thread: Thread,
  { id, text }: Posted & { text: string },
): Promise<void> {
  if (!tx.telegram.on) return;
  for (const chat of await chatsInDialogue(tx, thread.id)) {
    if (chat.userId === tx.actor?.id) continue;
    const name = tx.actor?.name ?? (await personName(tx, thread));
    await say(tx, chat, {
      lines: [
        { key: 'telegram:bot.from', params: { name } },
        text === '' ? { key: 'telegram:bot.withFiles' } : { text },
      ],
    });
    await setDialogue(tx, chat.id, thread.id, id);
  }
}

/** What whoever a thread belongs to is called. */
export async function personName(ctx: SqlCtx, { id }: Pick<Thread, 'id'>): Promise<string> {
  const row = await ctx.sql.row<{ name: string }>(
    q`SELECT ${nameOfPerson(q`t`)} AS name FROM threads t WHERE t.id = ${id}`,
  );
  return row?.name ?? '';
}
