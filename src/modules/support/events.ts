import { actorOf, type SqlCtx } from '../../ctx.ts';
import { NotFound } from '../../errors.ts';
import { q, type Sql } from '../../lib/sql.ts';
import { changesAfter, type Version, versionsOf } from './queries.ts';
import type { Thread } from './threads.ts';

export type EventKind =
  | 'merged'
  | 'linked'
  | 'note'
  | 'taken'
  | 'assigned'
  | 'handed_over'
  | 'returned'
  | 'closed'
  | 'reopened'
  | 'waits';
export type ThreadEvent = {
  id: number;
  kind: EventKind;
  authorId: number | null;
  author: string | null;
  operator: string | null;
  department: string | null;
  text: string;
  editedAt: Date | null;
  deletedAt: Date | null;
  versions: Version[];
  /** The names of the colleagues whom a note mentions, in lower case. */
  mentioned: string[];
  createdAt: Date;
};
type Happened = {
  kind: EventKind;
  requestId?: string;
  operatorId?: number | null;
  departmentId?: number | null;
  /** What the thread was about that became part of this one. */
  purposeId?: number;
  text?: string;
};

/** True when this form has been acted on already: a double click, or an answer that was lost. */
export async function hasActed(tx: SqlCtx, requestId: string): Promise<boolean> {
  const row = await tx.sql.row(
    q`SELECT id FROM thread_events WHERE author_id = ${actorOf(tx).id} AND request_id = ${requestId}::uuid`,
    'support.has_acted',
  );
  return row !== undefined;
}

/** Writes down for staff what happened to a locked thread; returns the line's id. Without an actor it was the house itself. */
export async function writeEvent(tx: SqlCtx, thread: Pick<Thread, 'id'>, happened: Happened): Promise<number> {
  const row = await tx.sql.row<{ id: number }>(q`
    INSERT INTO thread_events (thread_id, kind, author_id, operator_id, department_id, purpose_id, text, request_id, created_at)
    VALUES (${thread.id}, ${happened.kind}::thread_event_kind, ${tx.actor?.id ?? null}, ${happened.operatorId ?? null},
      ${happened.departmentId ?? null}, ${happened.purposeId ?? null}, ${happened.text ?? ''}, ${happened.requestId ?? null}::uuid, ${tx.now}) RETURNING id`);
  return row?.id ?? 0;
}

// A subject is told in the reader's language, whatever that of whoever merged was.
const columnsFor = ({
  locale,
}: SqlCtx): Sql => q`e.id, e.kind::text, e.author_id AS "authorId", a.name AS author, o.name AS operator, d.name AS department,
  e.text || coalesce((SELECT ', ' || CASE ${locale}::text WHEN 'en' THEN p.title_en ELSE p.title_ru END FROM purposes p WHERE p.id = e.purpose_id), '') AS text,
  e.edited_at AS "editedAt", e.deleted_at AS "deletedAt", ${versionsOf(q`e`, q`event_id`)} AS versions,
  CASE WHEN e.mentioned_ids = '{}' THEN '{}' ELSE ARRAY(SELECT x.name_key FROM users x WHERE x.id = ANY (e.mentioned_ids)) END AS mentioned, e.created_at AS "createdAt"
  FROM thread_events e LEFT JOIN users a ON a.id = e.author_id LEFT JOIN users o ON o.id = e.operator_id
  LEFT JOIN departments d ON d.id = e.department_id`;

/** Notes that were changed since a version of the thread, as they stand now. Only staff may be shown them. */
export const notesChangedSince = (ctx: SqlCtx, thread: Thread, version: number): Promise<ThreadEvent[]> =>
  ctx.sql.rows<ThreadEvent>(
    q`SELECT ${columnsFor(ctx)}
      WHERE e.id IN (SELECT v.event_id FROM ${changesAfter(ctx, thread, version)}) ORDER BY e.id LIMIT 200`,
    'support.notes_changed_since',
  );

/** The thread of a note. Throws NotFound. */
export async function threadOfNote(ctx: SqlCtx, id: number): Promise<number> {
  const row = await ctx.sql.row<{ threadId: number }>(
    q`SELECT thread_id AS "threadId" FROM thread_events WHERE id = ${id} AND kind = 'note'`,
  );
  if (!row) throw new NotFound();
  return row.threadId;
}

/** What happened beside a part of the conversation, oldest first. Only staff may be shown it. */
export const eventsOf = (ctx: SqlCtx, thread: Thread, span: { from?: Date; until?: Date; after?: number }) =>
  ctx.sql.rows<ThreadEvent>(
    q`SELECT ${columnsFor(ctx)} WHERE e.thread_id = ${thread.id} AND e.id > ${span.after ?? 0}
        AND (${span.from ?? null}::timestamptz IS NULL OR e.created_at >= ${span.from ?? null}::timestamptz)
        AND (${span.until ?? null}::timestamptz IS NULL OR e.created_at < ${span.until ?? null}::timestamptz)
      ORDER BY e.id LIMIT 300`,
    'support.events',
  );
