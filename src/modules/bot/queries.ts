import type { SqlCtx } from '../../ctx.ts';
import { businessDayOf } from '../../lib/business-day.ts';
import { q } from '../../lib/sql.ts';
import { nameOfPerson } from '../support/index.ts';

/** Of which thread the message is that somebody answers in Telegram, be it the bot's own about a rating. */
export async function threadAnswered(ctx: SqlCtx, chatId: number, telegramId: number): Promise<number | undefined> {
  const row = await ctx.sql.row<{ id: number }>(q`
    SELECT m.thread_id AS id FROM telegram_messages t JOIN messages m ON m.id = t.message_id
    WHERE t.chat_id = ${chatId} AND t.telegram_id = ${telegramId}
    UNION ALL SELECT thread_id FROM telegram_ratings WHERE chat_id = ${chatId} AND telegram_id = ${telegramId}`);
  return row?.id;
}

export type OwnDialogue = { id: number; name: string; titleRu: string; titleEn: string; unread: number };

/** The threads that an operator has and that are not closed, who waits longest first. */
export const dialoguesOf = (ctx: SqlCtx, operatorId: number): Promise<OwnDialogue[]> =>
  ctx.sql.rows<OwnDialogue>(q`
    SELECT t.id, ${nameOfPerson(q`t`)} AS name, p.title_ru AS "titleRu", p.title_en AS "titleEn", t.unread_for_staff AS unread
    FROM threads t JOIN purposes p ON p.id = t.purpose_id
    WHERE t.assignee_id = ${operatorId} AND t.queue_rank < 3 ORDER BY t.queue_rank, t.queue_moment, t.id LIMIT 20`);

export type Spoken = { id: number; text: string; fromStaff: boolean; author: string; files: number };

/** The last words of a thread that an operator has, oldest first; undefined when it is not his, or closed. */
export async function lastWords(ctx: SqlCtx, threadId: number, operatorId: number) {
  const thread = await ctx.sql.row<{ name: string }>(q`
    SELECT ${nameOfPerson(q`t`)} AS name FROM threads t WHERE t.id = ${threadId} AND t.assignee_id = ${operatorId} AND t.queue_rank < 3`);
  if (!thread) return undefined;
  const words = await ctx.sql.rows<Spoken>(q`
    SELECT m.id, m.text, m.from_staff AS "fromStaff", CASE WHEN m.from_staff THEN coalesce(u.name, '') ELSE coalesce(u.name, ${thread.name}) END AS author,
      (SELECT count(*)::int FROM attachments a WHERE a.message_id = m.id) AS files
    FROM messages m LEFT JOIN users u ON u.id = m.author_id
    WHERE m.thread_id = ${threadId} AND m.deleted_at IS NULL ORDER BY m.id DESC LIMIT 5`);
  return { ...thread, words: words.reverse() };
}

export type TodaysLead = { value: string; type: string; status: string; note: string | null };

/** What an agent reported on this business day, the newest first, and how many in all. */
export const leadsToday = (ctx: SqlCtx, agentId: number): Promise<TodaysLead[]> =>
  ctx.sql.rows<TodaysLead>(q`
    SELECT l.value, t.name AS type, l.status::text, l.decision_note AS note
    FROM leads l JOIN lead_types t ON t.id = l.lead_type_id
    WHERE l.agent_id = ${agentId} AND l.day = ${businessDayOf(ctx.now, ctx.clock)}::date ORDER BY l.id DESC LIMIT 200`);

export type Standing = { open: number; waiting: number; unassigned: number };

/** How many threads a person has that are not closed. */
export async function openThreads(
  ctx: SqlCtx,
  whose: { personId: number | null; guestId: number | null },
): Promise<number> {
  const row = await ctx.sql.row<{ count: number }>(q`
    SELECT count(*)::int AS count FROM threads WHERE status <> 'closed'
      AND CASE WHEN ${whose.personId}::int IS NULL THEN guest_id = ${whose.guestId}::int ELSE person_id = ${whose.personId}::int END`);
  return row?.count ?? 0;
}

/** What waits for an operator, and for anybody. */
export async function standingOf(ctx: SqlCtx, operatorId: number): Promise<Standing> {
  const row = await ctx.sql.row<Standing>(q`
    SELECT (SELECT count(*)::int FROM threads WHERE assignee_id = ${operatorId} AND queue_rank < 3) AS open,
      (SELECT count(*)::int FROM threads WHERE assignee_id = ${operatorId} AND queue_rank < 2) AS waiting,
      (SELECT count(*)::int FROM (SELECT FROM threads WHERE assignee_id IS NULL AND queue_rank < 2 LIMIT 1000) AS some) AS unassigned`);
  return row ?? { open: 0, waiting: 0, unassigned: 0 };
}

/** Who of the staff said it from the bot, so that he can be told whether it arrived: his chat, and his own message there. */
export const authorsChat = (
  ctx: SqlCtx,
  messageId: number,
): Promise<{ chatId: number; telegramId: number } | undefined> =>
  ctx.sql.row(q`
    SELECT t.chat_id AS "chatId", t.telegram_id AS "telegramId" FROM telegram_messages t JOIN messages m ON m.id = t.message_id
    JOIN telegram_chats c ON c.id = t.chat_id WHERE t.message_id = ${messageId} AND m.from_staff AND c.user_id = m.author_id LIMIT 1`);

export type Outgoing = {
  text: string;
  deleted: boolean;
  chat: string;
  /** What the thread is about, where the person has several that are not closed, or had when the first part went; else ''. */
  title: string;
  files: { storedAs: string; name: string; mime: string; size: number }[];
};

/** An answer as it is to be sent. */
export const outgoing = (ctx: SqlCtx, messageId: number): Promise<Outgoing | undefined> =>
  ctx.sql.row<Outgoing>(q`
    SELECT m.text, m.deleted_at IS NOT NULL AS deleted, c.chat_id::text AS chat, coalesce(d.title, CASE WHEN several.n < 2 THEN '' WHEN coalesce(u.locale, c.locale) = 'en' THEN p.title_en ELSE p.title_ru END) AS title,
      coalesce((SELECT json_agg(json_build_object('storedAs', f.stored_as, 'name', f.original_name, 'mime', f.mime, 'size', f.size) ORDER BY f.id)
        FROM attachments a JOIN stored_files f ON f.id = a.file_id WHERE a.message_id = m.id), '[]'::json) AS files
    FROM message_deliveries d JOIN messages m ON m.id = d.message_id JOIN threads t ON t.id = m.thread_id
    JOIN purposes p ON p.id = t.purpose_id JOIN telegram_chats c ON c.id = d.chat_id LEFT JOIN users u ON u.id = c.user_id
    CROSS JOIN LATERAL (SELECT count(*) AS n FROM threads x
      WHERE (x.person_id = t.person_id OR x.guest_id = t.guest_id) AND x.status <> 'closed') several
    WHERE d.message_id = ${messageId} AND d.channel = 'telegram'`);

export type PartThere = { telegramId: number; withFile: boolean };

/** The messages in Telegram of which an answer consists there, in their order. */
export const partsThere = (ctx: SqlCtx, messageId: number): Promise<PartThere[]> =>
  ctx.sql.rows(q`
    SELECT t.telegram_id AS "telegramId", t.with_file AS "withFile" FROM telegram_messages t JOIN message_deliveries d
      ON d.message_id = t.message_id AND d.chat_id = t.chat_id
    WHERE t.message_id = ${messageId} ORDER BY t.part, t.telegram_id`);
