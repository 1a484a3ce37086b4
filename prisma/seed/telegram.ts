import type { Calendar } from '../../src/lib/business-hours.ts';
import { workedAgo } from './working-time.ts';
import type { World } from './world.ts';

/** Somebody who wrote from Telegram, has no account, and whom the last answer did not reach. */
export async function seedTelegram({ client, people, now, uuid }: World): Promise<void> {
  const { rows } = await client.query<Calendar>(
    `SELECT d.zone, d.hours, d.holidays::text[] AS holidays FROM purposes p JOIN departments d ON d.id = p.department_id WHERE p.fallback`,
  );
  const at = (minutesAgo: number): Date => (rows[0] ? workedAgo(rows[0], now, minutesAgo * 60) : now);
  const chat = await client.query<{ id: number }>(
    `INSERT INTO telegram_chats (chat_id, name, username, phone, step, created_at)
     VALUES (700000001, 'Вера Гостева', 'vera_invented', '+79000000088', 'talking', $1) RETURNING id`,
    [at(190)],
  );
  const thread = await client.query<{ id: number }>(
    `INSERT INTO threads (guest_id, purpose_id, department_id, assignee_id, status, waiting_since, last_message_at, created_at)
     SELECT $1, id, department_id, $2, 'waiting', NULL, $3, $4 FROM purposes WHERE fallback RETURNING id`,
    [chat.rows[0]?.id, people.sveta, at(173), at(190)],
  );
  const say = async (text: string, minutesAgo: number, author?: number): Promise<number> => {
    const made = await client.query<{ id: number }>(
      `INSERT INTO messages (thread_id, author_id, from_staff, text, request_id, read_at, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
      [thread.rows[0]?.id, author, author !== undefined, text, uuid(), author ? null : at(minutesAgo), at(minutesAgo)],
    );
    return made.rows[0]?.id ?? 0;
  };
  await say('Здравствуйте! Хочу работать с вашими базами, с чего начать?', 190);
  await say('Вера Гостева', 188);
  await say('+7 900 000-00-88', 187);
  const answer = await say(
    'Здравствуйте, Вера! Зарегистрируйтесь в кабинете, заявку проверим сегодня.',
    173,
    people.sveta,
  );
  await client.query(
    `INSERT INTO message_deliveries (message_id, chat_id, state, reason, attempts, created_at, changed_at)
     VALUES ($1, $2, 'failed', 'blocked', 1, $3, $3)`,
    [answer, chat.rows[0]?.id, at(173)],
  );
  await client.query('UPDATE telegram_chats SET blocked_at = $2 WHERE id = $1', [chat.rows[0]?.id, at(173)]);
  await client.query('UPDATE threads SET unread_for_person = 1 WHERE id = $1', [thread.rows[0]?.id]);
}
