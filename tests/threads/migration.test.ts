import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyDatabase } from '../support/database.ts';

const folder = 'prisma/migrations';
const all = readdirSync(folder)
  .filter((name) => /^\d/.test(name))
  .sort();
const desk = all.findIndex((name) => name.endsWith('_desk'));

let client: pg.Client;

beforeAll(async () => {
  client = new pg.Client({ connectionString: await emptyDatabase() });
  await client.connect();
  for (const name of all.slice(0, desk)) await apply(name);
});
afterAll(() => client.end());

const apply = (name: string) => client.query(readFileSync(`${folder}/${name}/migration.sql`, 'utf8'));

/** A conversation as there was one a person: who wrote, how many days ago, and whether it was read. */
async function conversation(name: string, lines: ['person' | 'staff', days: number, read: boolean][]): Promise<void> {
  const { rows } = await client.query(
    `WITH u AS (INSERT INTO users (name, name_key, email, password_hash, status) VALUES ($1, lower($1), lower($1) || '@example.com', 'x', 'approved')
       RETURNING id)
     INSERT INTO threads (person_id, created_at, unread_for_staff, unread_for_person)
     SELECT id, now() - interval '90 days', $2, 0 FROM u RETURNING id, person_id`,
    [name, lines.filter(([from, , read]) => from === 'person' && !read).length],
  );
  for (const [from, days, read] of lines) {
    await client.query(
      `INSERT INTO messages (thread_id, author_id, from_staff, text, request_id, read_at, created_at)
       VALUES ($1, $2, $3, 'Текст', gen_random_uuid(), CASE WHEN $4 THEN now() END, now() - $5 * interval '1 day')`,
      [rows[0].id, from === 'staff' ? 1 : rows[0].person_id, from === 'staff', read, days],
    );
  }
  await client.query(
    'UPDATE threads SET last_message_at = (SELECT max(created_at) FROM messages WHERE thread_id = $1) WHERE id = $1',
    [rows[0].id],
  );
}

/** Somebody who was banned, or not, and what he has asked for and staff were told of. */
async function asked(name: string, status: 'banned' | 'approved'): Promise<void> {
  await client.query(
    `WITH u AS (INSERT INTO users (name, name_key, email, password_hash, status, decided_by_id, decided_at, decision_reason)
       VALUES ($1, lower($1), lower($1) || '@example.com', 'x', $2::user_status, 1, '2026-11-01', 'Жалобы клиентов') RETURNING id),
     r AS (INSERT INTO limit_requests (agent_id, base_type_id, wanted, reason)
       SELECT u.id, (SELECT min(id) FROM base_types), 5, 'Мало' FROM u RETURNING id)
     INSERT INTO notification_events (type, subject_id, created_at) SELECT 'limit.requested', id, now() FROM r`,
    [name, status],
  );
}

const daysSince = (text: string): number => (Date.now() - Date.parse(`${text}:00+03:00`)) / 86_400_000;

test('every conversation of a filled database becomes a thread of the first department, with the status that it had', async () => {
  await client.query(
    `INSERT INTO users (name, name_key, email, password_hash, role, status) VALUES ('Bob', 'bob', 'bob@example.com', 'x', 'support', 'approved')`,
  );
  await conversation('Unread', [
    ['staff', 5, true],
    ['person', 3, false],
    ['person', 1, false],
  ]);
  await conversation('ReadLately', [['person', 2, true]]);
  await conversation('ReadLongAgo', [['person', 12, true]]);
  await conversation('Answered', [
    ['person', 3, true],
    ['staff', 2, true],
  ]);
  await conversation('Over', [
    ['person', 50, true],
    ['staff', 45, true],
  ]);
  await conversation('Forgotten', [['person', 60, false]]);
  await conversation('Empty', []);
  // Monday, an hour; then from Friday at half past seven in the evening until Tuesday at half past nine: twelve.
  await conversation('Counted', [
    ['person', daysSince('2026-03-02T10:00'), true],
    ['staff', daysSince('2026-03-02T11:00'), true],
    ['person', daysSince('2026-03-06T19:30'), true],
    ['person', daysSince('2026-03-09T12:00'), true],
    ['staff', daysSince('2026-03-10T09:30'), true],
  ]);

  await asked('Banned', 'banned');
  await asked('Agent', 'approved');

  for (const name of all.slice(desk)) await apply(name);

  const { rows } = await client.query(`
    SELECT u.name, t.status, p.title_ru AS about, d.name AS department, t.queue_rank AS rank,
      round(extract(epoch FROM now() - t.waiting_since) / 86400)::int AS waiting
    FROM threads t JOIN users u ON u.id = t.person_id JOIN purposes p ON p.id = t.purpose_id JOIN departments d ON d.id = t.department_id
    ORDER BY t.id`);
  expect(rows.every(({ about, department }) => about === 'Другое' && department === 'Поддержка')).toBe(true);
  expect(rows.map(({ name, status, rank, waiting }) => [name, status, rank, waiting])).toEqual([
    ['Unread', 'open', 0, 3],
    ['ReadLately', 'open', 1, 2],
    ['ReadLongAgo', 'waiting', 2, null],
    ['Answered', 'waiting', 2, null],
    ['Over', 'closed', 3, null],
    ['Forgotten', 'open', 0, 60],
    ['Empty', 'closed', 3, null],
    ['Counted', 'closed', 3, null],
  ]);
  const clocks = await client.query(`
    SELECT u.name, t.first_answer_at IS NOT NULL AS answered, t.first_answer_seconds AS first, t.resolution_seconds AS resolution,
      t.clock_seconds AS seconds, t.clock_from IS NOT DISTINCT FROM t.waiting_since AS runs, t.due_at AS due
    FROM threads t JOIN users u ON u.id = t.person_id ORDER BY t.id`);
  expect(clocks.rows.every(({ runs, due }) => runs && due === null)).toBe(true);
  expect(clocks.rows.map(({ name, answered }) => [name, answered])).toEqual([
    ...[
      ['Unread', true],
      ['ReadLately', false],
      ['ReadLongAgo', false],
      ['Answered', true],
      ['Over', true],
    ],
    ...[
      ['Forgotten', false],
      ['Empty', false],
      ['Counted', true],
    ],
  ]);
  // To a second or two: its messages are written so many days ago.
  const counted = clocks.rows.at(-1);
  expect(Math.round(counted.first / 60)).toBe(60);
  expect([counted.seconds, counted.resolution].map((seconds) => Math.round(seconds / 60))).toEqual([13 * 60, 13 * 60]);
  const operators = await client.query('SELECT u.name FROM department_operators o JOIN users u ON u.id = o.user_id');
  expect(operators.rows).toEqual([{ name: 'Bob' }]);
});

test('what banned people had asked for is declined with the words of the ban, and nobody is to answer it any more', async () => {
  const { rows } = await client.query(`
    SELECT u.name, r.status, r.answer, r.decided_by_id AS by, (SELECT settles FROM notification_events WHERE subject_id = r.id ORDER BY id DESC LIMIT 1) AS settled,
      (SELECT details FROM audit_events WHERE subject_type = 'limit_request' AND subject_id = r.id AND user_id = u.id) AS noted
    FROM limit_requests r JOIN users u ON u.id = r.agent_id ORDER BY r.id`);
  const answer = 'Жалобы клиентов';
  expect(rows).toEqual([
    { name: 'Banned', status: 'declined', answer, by: 1, settled: true, noted: { answer, banned: true } },
    { name: 'Agent', status: 'open', answer: null, by: null, settled: false, noted: null },
  ]);
});
