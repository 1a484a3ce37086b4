import type { SqlCtx } from '../../ctx.ts';
import { type Calendar, isOpenAt, opensAfter, secondsBetween } from '../../lib/business-hours.ts';
import { dateTimeFormat } from '../../lib/formats.ts';
import { q } from '../../lib/sql.ts';
import { carry } from '../telegram/index.ts';
import { saidByHouse } from './house-texts.ts';
import { tellOfMessage } from './news.ts';
import type { Thread } from './threads.ts';

type Words = Calendar & {
  greeting: string;
  away: string;
  name: string;
  locale: 'ru' | 'en';
  /** When an operator answered last: who is there does not say that nobody is. */
  answeredAt: Date | null;
};

/**
 * What the house says by itself to a person who has written into a locked thread: a greeting where the thread has just begun, and
 * outside the department's hours, once until it opens, when that will be. It is nobody's answer: no clock stops, nothing is unread.
 */
export async function sayForHouse(tx: SqlCtx, thread: Thread): Promise<void> {
  const words = await wordsFor(tx, thread);
  if (!words) return;
  if (thread.lastMessageAt === null) await say(tx, thread, words, 'greeting');
  const back = backFrom(words, thread, tx.now);
  if (!back || words.away === '') return;
  await tx.sql.run(q`UPDATE threads SET away_told_at = ${tx.now} WHERE id = ${thread.id}`);
  await say(tx, thread, words, 'away', back);
}

/** The texts of the thread's department in the person's language; nothing where it has none. */
const wordsFor = (tx: SqlCtx, thread: Thread): Promise<Words | undefined> =>
  tx.sql.row<Words>(
    q`SELECT d.zone, d.hours, d.holidays::text[] AS holidays, p.name, p.locale,
        CASE p.locale WHEN 'en' THEN d.greeting_en ELSE d.greeting_ru END AS greeting,
        CASE p.locale WHEN 'en' THEN d.away_en ELSE d.away_ru END AS away,
        (SELECT m.created_at FROM messages m WHERE m.thread_id = ${thread.id} AND m.from_staff AND m.author_id IS NOT NULL
          ORDER BY m.id DESC LIMIT 1) AS "answeredAt"
      FROM departments d CROSS JOIN (
        SELECT name, locale FROM users WHERE id = ${thread.personId}::int
        UNION ALL SELECT name, locale FROM telegram_chats WHERE id = ${thread.guestId}::int) p
      WHERE d.id = ${thread.departmentId} AND d.greeting_ru || d.greeting_en || d.away_ru || d.away_en <> ''`,
    'support.house_words',
  );

/** The department is closed, and the thread does not say so yet. */
export const isAway = (hours: Calendar, { awayToldAt }: Pick<Thread, 'awayToldAt'>, now: Date): boolean =>
  !isOpenAt(hours, now) && !(awayToldAt && secondsBetween(hours, awayToldAt, now) === 0);

/** When the department opens again, if it is closed and nobody has said so, or has been there, since it closed. */
function backFrom(words: Words, { awayToldAt }: Thread, now: Date): Date | null {
  if (isOpenAt(words, now)) return null;
  const since = Math.max(awayToldAt?.getTime() ?? 0, words.answeredAt?.getTime() ?? 0);
  if (since > 0 && secondsBetween(words, new Date(since), now) === 0) return null;
  return opensAfter(words, now);
}

async function say(tx: SqlCtx, thread: Thread, words: Words, which: 'greeting' | 'away', back?: Date): Promise<void> {
  const text = saidByHouse(words[which], {
    name: words.name,
    back: back ? whenOf(back, words.locale, tx.clock.zone) : '',
  });
  if (text === '') return;
  const said = await tx.sql.row<{ id: number }>(q`
    INSERT INTO messages (thread_id, author_id, from_staff, text, request_id, created_at, read_at)
    VALUES (${thread.id}, NULL, true, ${text}, gen_random_uuid(), ${tx.now}, ${tx.now}) RETURNING id`);
  if (!said) return;
  await carry(tx, thread, said.id);
  await tellOfMessage(tx, thread, { messageId: said.id, fromStaff: true });
}

// In the zone of every other time on the person's pages.
const whenOf = (moment: Date, locale: 'ru' | 'en', timeZone: string): string =>
  dateTimeFormat(locale === 'en' ? 'en-GB' : 'ru-RU', {
    ...{
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      hour: '2-digit',
      minute: '2-digit',
      timeZoneName: 'short',
      timeZone,
    },
  }).format(moment);
