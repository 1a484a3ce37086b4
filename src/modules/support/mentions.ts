import type { SqlCtx } from '../../ctx.ts';
import { actorOf } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import { notifyAll } from '../notifications/index.ts';
import { isAnswering } from './operators.ts';
import type { Thread } from './threads.ts';

// A name is written as accounts allow it; a full stop after it is the sentence's.
const word = /@([\p{L}\p{M}\p{N}._-]{3,33})/gu;
const keysOf = (name: string): string[] => {
  const key = name.normalize('NFC').toLowerCase();
  return [key, key.replace(/[._-]+$/, '')];
};

/**
 * Tells the colleagues whom a note names by `@name`, each once however often the note is changed, and keeps who they are. Only
 * who answers can be named; `@` before anything else is just a letter.
 */
export async function mention(tx: SqlCtx, thread: Thread, note: { id: number; text: string }): Promise<void> {
  const keys = [...note.text.matchAll(word)].flatMap(([, name = '']) => keysOf(name));
  const people = await tx.sql.rows<{ id: number }>(
    q`SELECT u.id FROM users u WHERE u.name_key = ANY (${keys}::text[]) AND ${isAnswering} ORDER BY u.id`,
  );
  const ids = people.map(({ id }) => id);
  await tx.sql.run(q`UPDATE thread_events SET mentioned_ids = ${ids}::int[] WHERE id = ${note.id}`);
  await notifyAll(
    tx,
    ids.map((personId) => ({
      type: 'mention',
      personId,
      subjectId: note.id,
      params: { name: actorOf(tx).name, thread: thread.id, note: note.text.slice(0, 200) },
      once: `mention:${note.id}:${personId}`,
    })),
  );
}

export type NotePart = { text: string; mention: boolean };

/** A note cut at the names of those whom it mentions. */
export function notePartsOf(text: string, mentioned: string[]): NotePart[] {
  const parts: NotePart[] = [];
  let from = 0;
  for (const { 0: whole, 1: name = '', index } of text.matchAll(word)) {
    const key = keysOf(name).find((one) => mentioned.includes(one));
    if (key === undefined) continue;
    const until = index + whole.length - (name.length - key.length);
    parts.push({ text: text.slice(from, index), mention: false }, { text: text.slice(index, until), mention: true });
    from = until;
  }
  return [...parts, { text: text.slice(from), mention: false }].filter((part) => part.text !== '');
}
