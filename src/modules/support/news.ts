import type { SqlCtx } from '../../ctx.ts';
import { publish } from '../../live/publish.ts';
import type { Thread } from './threads.ts';

/** What all staff hear of, and what one person does. A department will be a topic more. */
export const topics = {
  staff: 'support:staff',
  person: (personId: number) => `support:person:${personId}`,
};

type Concerned = Pick<Thread, 'id' | 'personId'>;

// A guest has no page that could listen.
const topicsOf = ({ personId }: Concerned): string[] =>
  personId === null ? [topics.staff] : [topics.staff, topics.person(personId)];

/** A message was written in the thread. */
export const tellOfMessage = (tx: SqlCtx, thread: Thread, said: { messageId: number; fromStaff: boolean }) =>
  publish(tx, {
    name: 'message',
    topics: topicsOf(thread),
    ids: { thread: thread.id, message: said.messageId, fromStaff: Number(said.fromStaff) },
  });

/** One side has seen the thread up to a message; 0: the marks changed otherwise. */
export const tellOfReading = (
  tx: Pick<SqlCtx, 'sql'>,
  thread: Thread,
  { upTo, byStaff }: { upTo: number; byStaff: boolean },
) =>
  publish(tx, {
    name: 'read',
    topics: topicsOf(thread),
    ids: { thread: thread.id, upTo, byStaff: Number(byStaff) },
  });

/** Staff did something with the thread or noted something: staff hear which thread, and the person only when it is for him. */
export async function tellOfThread(tx: SqlCtx, thread: Concerned, { person }: { person: boolean }): Promise<void> {
  const ids = { thread: thread.id };
  await publish(tx, { name: 'thread', topics: person ? topicsOf(thread) : [topics.staff], ids });
}

/** Somebody looks at a thread or types in it. The person hears of typing only: his page forgets it by itself. */
export const tellOfViewing = (ctx: SqlCtx, thread: Concerned, { typing }: { typing: boolean }): Promise<void> =>
  publish(ctx, { name: 'viewing', topics: typing ? topicsOf(thread) : [topics.staff], ids: { thread: thread.id } });
