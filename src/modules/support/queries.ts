import { actorOf, type SqlCtx } from '../../ctx.ts';
import type { StoredFile } from '../../files/files.ts';
import { fixed, q, type Sql } from '../../lib/sql.ts';
import { type Delivery, deliveryOf } from '../telegram/index.ts';
import { guestOf } from './person.ts';
import { isStaff, type Thread } from './threads.ts';

export type MessageFile = { id: number; name: string; mime: string; size: number };
export type Version = { text: string; at: string };
export type Message = {
  id: number;
  /** Null: the guest whose thread it is, or the house itself when it is from staff; then it has no name. */
  authorId: number | null;
  author: string | null;
  fromStaff: boolean;
  text: string;
  deliveredAt: Date | null;
  readAt: Date | null;
  createdAt: Date;
  files: MessageFile[];
  editedAt: Date | null;
  deletedAt: Date | null;
  /** What it said before, oldest first; staff may see it. */
  versions: Version[];
  /** How it stands in Telegram; null where it does not go there. */
  delivery: Delivery | null;
};
export type Part = { messages: Message[]; earlier: number | null };

/** The earlier words of a message or a note `of`; read only where there are any. */
export const versionsOf = (
  of: Sql,
  key: Sql,
): Sql => q`CASE WHEN ${of}.edited_at IS NULL AND ${of}.deleted_at IS NULL THEN '[]'::json ELSE
  (SELECT coalesce(json_agg(json_build_object('text', v.text, 'at', v.replaced_at) ORDER BY v.id), '[]'::json)
    FROM message_versions v WHERE v.${key} = ${of}.id) END`;

const columns = q`m.id, m.author_id AS "authorId", CASE WHEN m.from_staff THEN u.name ELSE coalesce(u.name, ${guestOf(q`m.thread_id`)}) END AS author, m.from_staff AS "fromStaff", m.text,
  m.delivered_at AS "deliveredAt", m.read_at AS "readAt", CASE WHEN m.from_staff THEN ${deliveryOf(q`m.id`)} END AS delivery, m.edited_at AS "editedAt", m.deleted_at AS "deletedAt",
  ${versionsOf(q`m`, q`message_id`)} AS versions, m.created_at AS "createdAt",
  coalesce((SELECT json_agg(json_build_object('id', f.id, 'name', f.original_name, 'mime', f.mime, 'size', f.size) ORDER BY f.id)
    FROM attachments a JOIN stored_files f ON f.id = a.file_id WHERE a.message_id = m.id), '[]'::json) AS files`;

/** A person wrote the message `m`, of either side; not the house by itself, whose words nobody has to read. */
export const isPersons = (m: Sql): Sql => q`NOT (${m}.from_staff AND ${m}.author_id IS NULL)`;

const size = 50;

/** The newest part of a thread, or the part before a message, oldest first; `earlier` is where the part before begins. */
export async function partOf(ctx: SqlCtx, thread: Thread, before?: number): Promise<Part> {
  const found = await ctx.sql.rows<Message>(
    q`SELECT ${columns} FROM messages m LEFT JOIN users u ON u.id = m.author_id
      WHERE m.thread_id = ${thread.id} AND m.id < ${before ?? 2_147_483_647} ORDER BY m.id DESC LIMIT ${fixed(size + 1)}`,
    'support.part',
  );
  const messages = found.slice(0, size).reverse();
  return { messages, earlier: found.length > size ? (messages[0]?.id ?? null) : null };
}

/** What was written after a message, and that message itself, so that the page knows what stands above. */
export const messagesFrom = (ctx: SqlCtx, thread: Thread, from: number): Promise<Message[]> =>
  ctx.sql.rows<Message>(
    q`SELECT ${columns} FROM messages m LEFT JOIN users u ON u.id = m.author_id
      WHERE m.thread_id = ${thread.id} AND m.id >= ${from} ORDER BY m.id LIMIT 200`,
    'support.messages_from',
  );

/** The changes `v` of what was said in a thread but the first so many, as its version counts them. */
export const changesAfter = (ctx: SqlCtx, thread: Thread, version: number): Sql => q`(
  SELECT * FROM message_versions v WHERE v.thread_id = ${thread.id} AND (v.message_id IS NOT NULL OR ${isStaff(actorOf(ctx))}::boolean)
  ORDER BY v.id OFFSET ${version}) v`;

/** What was changed since a version of the thread, as it stands now. */
export const changedSince = (ctx: SqlCtx, thread: Thread, version: number): Promise<Message[]> =>
  ctx.sql.rows<Message>(
    q`SELECT ${columns} FROM messages m LEFT JOIN users u ON u.id = m.author_id
      WHERE m.id IN (SELECT v.message_id FROM ${changesAfter(ctx, thread, version)}) ORDER BY m.id LIMIT 200`,
    'support.changed_since',
  );

/** When a message of this thread was written. */
export async function momentOf(ctx: SqlCtx, thread: Thread, id: number): Promise<Date | undefined> {
  const row = await ctx.sql.row<{ at: Date }>(
    q`SELECT created_at AS at FROM messages WHERE thread_id = ${thread.id} AND id = ${id}`,
  );
  return row?.at;
}

/** These messages of a thread. */
export const messagesOf = (ctx: SqlCtx, thread: Thread, ids: ReadonlySet<number>): Promise<Message[]> =>
  ids.size === 0
    ? Promise.resolve([])
    : ctx.sql.rows<Message>(q`SELECT ${columns} FROM messages m LEFT JOIN users u ON u.id = m.author_id
        WHERE m.thread_id = ${thread.id} AND m.id = ANY(${[...ids]}::int[]) ORDER BY m.id`);

export type Marks = { readUpTo: number; deliveredUpTo: number };

/** The newest messages of one side that the other side has read, and has; 0 when none. */
export async function marksOf(ctx: SqlCtx, thread: Thread, { fromStaff }: { fromStaff: boolean }): Promise<Marks> {
  const newest = (fits: Sql): Sql =>
    q`(SELECT coalesce(max(id), 0) FROM messages WHERE thread_id = ${thread.id} AND from_staff = ${fromStaff} AND ${isPersons(q`messages`)} AND ${fits})`;
  const row = await ctx.sql.row<Marks>(
    q`SELECT ${newest(q`read_at IS NOT NULL`)} AS "readUpTo", ${newest(q`(delivered_at IS NOT NULL OR read_at IS NOT NULL)`)} AS "deliveredUpTo"`,
  );
  return row ?? { readUpTo: 0, deliveredUpTo: 0 };
}

/** A file of this thread; one of a deleted message is staff's to see. */
export const findAttachment = (ctx: SqlCtx, thread: Thread, fileId: number): Promise<StoredFile | undefined> =>
  ctx.sql.row<StoredFile>(q`
    SELECT f.id, f.stored_as AS "storedAs", f.original_name AS "originalName", f.mime, f.size, f.sha256
    FROM attachments a JOIN messages m ON m.id = a.message_id JOIN stored_files f ON f.id = a.file_id
    WHERE m.thread_id = ${thread.id} AND f.id = ${fileId} AND (m.deleted_at IS NULL OR ${isStaff(actorOf(ctx))}) LIMIT 1`);

export type Heard = { thread: number; message: number; fromStaff: number };

/** Messages after one that a reader has, in the threads that he hears of: staff all, a person his own. */
export const missedSince = (ctx: SqlCtx, after: number, { everywhere }: { everywhere: boolean }): Promise<Heard[]> =>
  ctx.sql.rows<Heard>(q`
    SELECT m.thread_id AS thread, m.id AS message, m.from_staff::int AS "fromStaff"
    FROM messages m JOIN threads t ON t.id = m.thread_id
    WHERE m.id > ${after} AND (${everywhere} OR t.person_id = ${actorOf(ctx).id}) ORDER BY m.id LIMIT 200`);

/** The newest message of all. */
export async function newestMessageId(ctx: SqlCtx): Promise<number> {
  const row = await ctx.sql.row<{ id: number }>(q`SELECT coalesce(max(id), 0) AS id FROM messages`, 'support.newest');
  return row?.id ?? 0;
}
