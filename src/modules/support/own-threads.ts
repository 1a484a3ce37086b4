import { actorOf, type SqlCtx } from '../../ctx.ts';
import { fixed, q } from '../../lib/sql.ts';
import { ofSamePerson } from './person.ts';
import { titleOf } from './purposes.ts';
import { isPersons } from './queries.ts';
import type { Thread } from './threads.ts';

type Row = Pick<Thread, 'id' | 'titleRu' | 'titleEn' | 'status' | 'lastMessageAt'> & {
  unread: number;
  text: string | null;
  fromStaff: boolean | null;
  files: number;
  rating: number | null;
};
export type OwnThread = Row & { title: string };
type Bounds = { after?: [string, number] | undefined; before?: [string, number] | undefined; size: number };

/** The actor's threads, the newest first, each with its last message. With `before` the rows come reversed. */
export async function ownThreads(ctx: SqlCtx, { after, before, size }: Bounds): Promise<OwnThread[]> {
  const place = after ?? before;
  const at = q`(coalesce(t.last_message_at, t.created_at), t.id)`;
  const beyond = place ? q`AND ${at} ${after ? q`<` : q`>`} (${place[0]}::timestamptz, ${place[1]}::int)` : q``;
  const found = await ctx.sql.rows<Row>(q`
    SELECT t.id, p.title_ru AS "titleRu", p.title_en AS "titleEn", t.status::text, coalesce(t.last_message_at, t.created_at) AS "lastMessageAt",
      t.unread_for_person AS unread, m.text, m.from_staff AS "fromStaff", t.rating,
      (SELECT count(*)::int FROM attachments a WHERE a.message_id = m.id) AS files
    FROM threads t JOIN purposes p ON p.id = t.purpose_id
    LEFT JOIN LATERAL (SELECT x.id, x.text, x.from_staff FROM messages x WHERE x.thread_id = t.id AND x.deleted_at IS NULL AND ${isPersons(q`x`)} ORDER BY x.id DESC LIMIT 1) m ON true
    WHERE t.person_id = ${actorOf(ctx).id} ${beyond}
    ORDER BY ${before ? q`coalesce(t.last_message_at, t.created_at), t.id` : q`coalesce(t.last_message_at, t.created_at) DESC, t.id DESC`}
    LIMIT ${fixed(size)}`);
  return found.map((one) => ({ ...one, title: titleOf(one, ctx.locale) }));
}

/** Other threads of the same person, the newest first. */
export async function othersOf(
  ctx: SqlCtx,
  thread: Thread,
): Promise<(Pick<Row, 'id' | 'status' | 'lastMessageAt'> & { title: string })[]> {
  const found = await ctx.sql.rows<Pick<Row, 'id' | 'titleRu' | 'titleEn' | 'status' | 'lastMessageAt'>>(q`
    SELECT t.id, p.title_ru AS "titleRu", p.title_en AS "titleEn", t.status::text, coalesce(t.last_message_at, t.created_at) AS "lastMessageAt"
    FROM threads t JOIN purposes p ON p.id = t.purpose_id WHERE ${ofSamePerson(thread)} AND t.id <> ${thread.id}
    ORDER BY t.last_message_at DESC NULLS LAST, t.id DESC LIMIT 5`);
  return found.map((one) => ({ ...one, title: titleOf(one, ctx.locale) }));
}

/** Where a thread stands in that list. */
export const placeOf = ({ lastMessageAt, id }: OwnThread): [string, number] => [lastMessageAt?.toISOString() ?? '', id];
