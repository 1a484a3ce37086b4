import { z } from 'zod';
import { actorOf, type SqlCtx } from '../../ctx.ts';
import { IdFilter } from '../../lib/fields.ts';
import { likeText, q, type Sql } from '../../lib/sql.ts';
import { tagOf } from './schemas.ts';

export const views = ['mine', 'unassigned', 'department', 'all'] as const;
export type View = (typeof views)[number];

const word = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .optional()
    .catch(undefined)
    .transform((text) => text || undefined);

/** What the inbox may be narrowed to, as it stands in the address. `show=unread` is how it was said before. */
export const InboxFilter = z
  .object({
    view: z.enum(views).catch('all').default('all'),
    status: z.enum(['unread', 'overdue', 'open', 'waiting', 'closed']).optional().catch(undefined),
    show: z.enum(['unread']).optional().catch(undefined),
    q: word(200),
    purpose: IdFilter,
    department: IdFilter,
    assignee: IdFilter,
    tag: word(40).transform((tag) => tag && tagOf(tag)),
  })
  .transform(({ show, status, ...rest }) => ({ ...rest, status: status ?? show }));
export type InboxFilter = z.infer<typeof InboxFilter>;

/** The threads `t` that a filter leaves, as conditions. */
export function conditionsOf(ctx: SqlCtx, filter: InboxFilter): Sql[] {
  const { status, purpose, department, assignee, tag, q: search } = filter;
  return [
    ...inView(ctx, filter.view),
    // The archive is out of every list; a search looks into it too.
    ...(search ? [] : [q`t.queue_rank < 4`]),
    ...(status === 'overdue' ? [isOverdue(ctx)] : status ? [inStatus[status]] : []),
    ...(purpose ? [q`t.purpose_id = ${purpose}`] : []),
    ...(department ? [q`t.department_id = ${department}`] : []),
    ...(assignee ? [q`t.assignee_id = ${assignee}`] : []),
    // By numbers: PostgreSQL takes a tag that it has not seen for a common one, and would walk the whole list for it.
    ...(tag ? [q`t.id = ANY (ARRAY(SELECT id FROM threads WHERE tags @> ARRAY[${tag}]))`] : []),
    ...(search ? [matches(search)] : []),
  ];
}

/** A tab: the actor's own, nobody's, those of his departments, or all. */
export function inView(ctx: SqlCtx, view: View): Sql[] {
  const me = actorOf(ctx).id;
  if (view === 'mine') return [q`t.assignee_id = ${me}`];
  if (view === 'unassigned') return [q`t.assignee_id IS NULL`];
  if (view === 'all') return [];
  return [q`t.department_id = ANY (ARRAY(SELECT m.department_id FROM department_operators m WHERE m.user_id = ${me}))`];
}

/** Open threads `t` whose person has waited longer than their department means to let him. */
export const isOverdue = (ctx: SqlCtx): Sql => q`t.queue_rank < 2 AND t.due_at <= ${ctx.now}`;

// The rank is what the indexes are ordered by; see the trigger threads_place.
const inStatus: Record<Exclude<InboxFilter['status'], 'overdue' | undefined>, Sql> = {
  unread: q`t.queue_rank = 0`,
  open: q`t.queue_rank < 2`,
  waiting: q`t.queue_rank = 2`,
  closed: q`t.queue_rank >= 3`,
};

// A common word is in a million messages, and no index finds two letters: the newest are looked at.
const mostFound = 2000;
const mostLookedAt = 10_000;

/** Threads by number, people by name and address, words of messages, names of files, taken as they stand; two letters in the newest messages only. */
function matches(search: string): Sql {
  const like = patternOf(search);
  const user = q`s.name_key || ' ' || s.email`;
  const guest = q`s.name || ' ' || coalesce(s.username, '') || ' ' || coalesce(s.phone, '')`;
  const person = (
    holds: (text: Sql) => Sql,
  ): Sql => q`SELECT x.id FROM threads x JOIN users s ON s.id = x.person_id WHERE ${holds(user)}
    UNION SELECT x.id FROM threads x JOIN telegram_chats s ON s.id = x.guest_id WHERE ${holds(guest)}`;
  // Told apart only after the newest are found: two conditions together would look rarer to PostgreSQL than they are.
  const message = (holds: Sql): Sql => q`SELECT f.thread_id FROM (
    SELECT m.thread_id, m.text FROM messages m WHERE ${holds} ORDER BY m.id DESC LIMIT ${mostFound}) f WHERE lower(f.text) LIKE ${like}`;
  if (!/[\p{L}\p{N}]{3}/u.test(search)) {
    const newest = q`m.id > (SELECT max(id) FROM messages) - ${mostLookedAt}::int AND lower(m.text) LIKE ${like}`;
    return q`t.id = ANY (ARRAY(${person((text) => q`lower(${text}) LIKE ${like}`)} UNION ${message(newest)}${numbered(search)}))`;
  }
  const parts = (text: Sql): Sql => q`letters_of(${text}) LIKE letters_of(${like})`;
  const named = (text: Sql): Sql => q`${parts(text)} AND lower(${text}) LIKE ${like}`;
  return q`t.id = ANY (ARRAY(${person(named)} UNION ${message(parts(q`m.text`))}
    UNION SELECT m.thread_id FROM stored_files f JOIN attachments a ON a.file_id = f.id JOIN messages m ON m.id = a.message_id
      WHERE m.deleted_at IS NULL AND ${parts(q`f.original_name`)} AND lower(f.original_name) LIKE ${like}${numbered(search)}))`;
}

/** The thread of a number as headings write it, № and all; one that became part of another is found as that. */
function numbered(search: string): Sql {
  const written = /^[№#]?\s*(\d{1,9})$/.exec(search)?.[1];
  if (!written) return q``;
  const id = Number(written);
  return q` UNION SELECT ${id}::int UNION SELECT g.into_id FROM thread_merges g WHERE g.from_id = ${id}`;
}

export const patternOf = (search: string): string => `%${likeText(search.toLowerCase())}%`;
