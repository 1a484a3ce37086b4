import { actorOf, type SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
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
  | 'reopened';
export type ThreadEvent = {
  id: number;
  kind: EventKind;
  author: string | null;
  operator: string | null;
  department: string | null;
  text: string;
  createdAt: Date;
};
type Happened = {
  kind: EventKind;
  requestId?: string;
  operatorId?: number | null;
  departmentId?: number | null;
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

/** Writes down for staff what happened to a locked thread. Without an actor it was the house itself. */
export const writeEvent = (tx: SqlCtx, thread: Pick<Thread, 'id'>, happened: Happened): Promise<number> =>
  tx.sql.run(q`
    INSERT INTO thread_events (thread_id, kind, author_id, operator_id, department_id, text, request_id, created_at)
    VALUES (${thread.id}, ${happened.kind}::thread_event_kind, ${tx.actor?.id ?? null}, ${happened.operatorId ?? null},
      ${happened.departmentId ?? null}, ${happened.text ?? ''}, ${happened.requestId ?? null}::uuid, ${tx.now})`);

/** What happened beside a part of the conversation, oldest first. Only staff may be shown it. */
export const eventsOf = (ctx: SqlCtx, thread: Thread, span: { from?: Date; until?: Date; after?: number }) =>
  ctx.sql.rows<ThreadEvent>(
    q`SELECT e.id, e.kind::text, a.name AS author, o.name AS operator, d.name AS department, e.text, e.created_at AS "createdAt"
      FROM thread_events e LEFT JOIN users a ON a.id = e.author_id LEFT JOIN users o ON o.id = e.operator_id
      LEFT JOIN departments d ON d.id = e.department_id
      WHERE e.thread_id = ${thread.id} AND e.id > ${span.after ?? 0}
        AND (${span.from ?? null}::timestamptz IS NULL OR e.created_at >= ${span.from ?? null}::timestamptz)
        AND (${span.until ?? null}::timestamptz IS NULL OR e.created_at < ${span.until ?? null}::timestamptz)
      ORDER BY e.id LIMIT 300`,
    'support.events',
  );
