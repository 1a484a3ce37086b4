import { hashPassword } from '../../src/modules/accounts/index.ts';
import { withClient } from './databases.ts';
import { password } from './world.ts';

export const OPERATORS = 40;
const PERSONS = 40_000;
const MESSAGES = 15;

/**
 * Fills a migrated database with a desk some months old: threads of 40,000 people in six departments, three in a hundred open, most
 * closed, fifteen messages each.
 */
export function buildDesk(url: string, threads: number): Promise<void> {
  return withClient(url, async (client) => {
    const hash = await hashPassword(password);
    await client.query("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; DROP INDEX messages_parts");
    await client.query(
      `INSERT INTO users (name, name_key, email, password_hash, role, status, email_confirmed_at, last_seen_at)
       SELECT name, name, name || '@example.com', $1, role::user_role, 'approved', now(), now()
       FROM (SELECT 'agent' || n AS name, 'user' AS role, n FROM generate_series(1, $2::int) n
             UNION ALL SELECT 'support' || n, 'support', n FROM generate_series(1, $3::int) n) AS people ORDER BY role DESC, n`,
      [hash, PERSONS, OPERATORS],
    );
    await client.query(`
      INSERT INTO departments (name, name_key, hours, holidays)
      SELECT 'Department ' || n, 'department ' || n, '[null,null,null,null,null,null,null]', '{}' FROM generate_series(1, 5) n;
      INSERT INTO operators (user_id) SELECT id FROM users WHERE role = 'support';
      INSERT INTO department_operators (department_id, user_id)
      SELECT d.id, o.user_id FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM departments) d
      JOIN (SELECT user_id, row_number() OVER (ORDER BY user_id) AS n FROM operators) o ON o.n % 6 = d.n`);
    await client.query(
      `WITH person AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM users WHERE role = 'user'),
         operator AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM users WHERE role = 'support'),
         purpose AS (SELECT id, department_id, row_number() OVER (ORDER BY id) - 1 AS n, count(*) OVER () AS all FROM purposes),
         department AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM departments)
       INSERT INTO threads (person_id, purpose_id, department_id, assignee_id, status, waiting_since, closed_at, last_message_at,
         unread_for_staff, tags, created_at)
       SELECT p.id, s.id, d.id, CASE WHEN g % 7 > 0 THEN o.id END,
         (CASE WHEN g % 100 < 3 THEN 'open' WHEN g % 100 < 10 THEN 'waiting' ELSE 'closed' END)::thread_status,
         CASE WHEN g % 100 < 3 THEN at END, CASE WHEN g % 100 >= 10 THEN at END, at, (g % 100 < 2)::int,
         CASE WHEN g % 20 = 0 THEN ARRAY['vip'] ELSE '{}' END, at
       FROM generate_series(1, $1::int) g CROSS JOIN LATERAL (SELECT now() - g * interval '30 seconds' AS at) m
       JOIN person p ON p.n = g % $2::int JOIN operator o ON o.n = g % $3::int
       JOIN purpose s ON s.n = g % s.all JOIN department d ON d.n = g % 6`,
      [threads, PERSONS, OPERATORS],
    );
    await client.query(
      `INSERT INTO messages (thread_id, author_id, from_staff, text, request_id, read_at, created_at)
       SELECT t.id, CASE WHEN k % 2 = 0 THEN t.person_id ELSE o.id END, k % 2 = 1,
         (ARRAY['Здравствуйте, не вижу контактов', 'Спасибо, понял', 'Когда проверят лид', 'Проверим сегодня вечером'])[1 + (t.id + k) % 4]
           || ' ' || substr(md5((t.id * 31 + k)::text), 1, 10),
         gen_random_uuid(), CASE WHEN k < $1::int - 1 OR t.unread_for_staff = 0 THEN now() END,
         t.last_message_at - ($1::int - 1 - k) * interval '1 second'
       FROM threads t CROSS JOIN generate_series(0, $1::int - 1) k
       CROSS JOIN (SELECT min(id) AS id FROM users WHERE role = 'support') o`,
      [MESSAGES],
    );
    await client.query('CREATE INDEX messages_parts ON messages USING gin (letters_of(text) gin_trgm_ops)');
    await client.query('VACUUM (ANALYZE)');
    await client.query('CHECKPOINT');
  });
}
