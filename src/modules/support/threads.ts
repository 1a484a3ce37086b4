import { type Actor, actorOf, type SqlCtx } from '../../ctx.ts';
import { NotFound } from '../../errors.ts';
import { q, type Sql } from '../../lib/sql.ts';

export type Thread = {
  id: number;
  personId: number;
  unreadForStaff: number;
  unreadForPerson: number;
  lastMessageAt: Date | null;
};

const columns = q`id, person_id AS "personId", unread_for_staff AS "unreadForStaff",
  unread_for_person AS "unreadForPerson", last_message_at AS "lastMessageAt"`;

/** Answering threads makes one staff here, whatever the role is called. */
export const isStaff = (actor: Actor): boolean => actor.permissions.has('staff:threads:answer');

/** The thread of a person, if there is one yet. */
export const threadOf = (ctx: SqlCtx, personId: number): Promise<Thread | undefined> =>
  ctx.sql.row<Thread>(q`SELECT ${columns} FROM threads WHERE person_id = ${personId}`, 'support.thread_of');

/** A thread that the actor may see: staff any, a person his own. Throws NotFound. */
export async function getThread(ctx: SqlCtx, id: number): Promise<Thread> {
  const thread = await ctx.sql.row<Thread>(
    q`SELECT ${columns} FROM threads WHERE id = ${id} AND ${visibleTo(actorOf(ctx))}`,
  );
  if (!thread) throw new NotFound();
  return thread;
}

/** The same, locked until the transaction ends: whatever changes a thread goes through here, one act after another. */
export async function lockThread(tx: SqlCtx, id: number): Promise<Thread> {
  const thread = await tx.sql.row<Thread>(
    q`SELECT ${columns} FROM threads WHERE id = ${id} AND ${visibleTo(actorOf(tx))} FOR UPDATE`,
  );
  if (!thread) throw new NotFound();
  return thread;
}

/** The actor's own thread, made if there is none, locked. Of two first messages at once both come to the same one. */
export async function lockOwnThread(tx: SqlCtx): Promise<Thread> {
  const thread = await tx.sql.row<Thread>(q`
    INSERT INTO threads (person_id, created_at) VALUES (${actorOf(tx).id}, ${tx.now})
    ON CONFLICT (person_id) DO UPDATE SET person_id = excluded.person_id
    RETURNING ${columns}`);
  if (!thread) throw new Error('The thread was not made');
  return thread;
}

const visibleTo = (actor: Actor): Sql => (isStaff(actor) ? q`true` : q`person_id = ${actor.id}`);
