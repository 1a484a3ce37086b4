import { readFile } from 'node:fs/promises';
import type pg from 'pg';
import { hashPassword } from '../../src/modules/accounts/index.ts';
import { withClient } from './databases.ts';

export const password = 'correct horse battery';
export const emailOf = (name: string): string => `${name}@example.com`;

/** How large a world is: contacts, the share of them that agents hold, agents, leads, lines of the journal. */
export type Size = { contacts: number; issued: number; agents: number; leads: number; events: number };

const talliesMigration = new URL('../../prisma/migrations/20261121144456_tallies/migration.sql', import.meta.url);
const ROWS_AT_ONCE = 1_000_000;

/**
 * Fills a migrated database with a company some months old: contacts in four bases, issued in order by 35, leads of every status,
 * a journal, dialogues. Every row is what the acts would have left; only the way here is shorter: without triggers and
 * with the indexes made last.
 */
export function buildWorld(url: string, size: Size): Promise<void> {
  return withClient(url, async (client) => {
    await client.query("SET session_replication_role = replica; SET maintenance_work_mem = '1GB'");
    await insertPeople(client, size.agents);
    await insertImports(client);
    const indexes = await takeIndexes(client);
    for (let first = 1; first <= size.contacts; first += ROWS_AT_ONCE) {
      await insertContacts(client, size, first, Math.min(first + ROWS_AT_ONCE - 1, size.contacts));
    }
    for (const index of indexes) await client.query(index);
    await insertIssuances(client);
    await insertLeads(client, size.leads);
    await insertEvents(client, size.events);
    await insertDialogues(client);
    await insertTallies(client);
    await settle(client);
  });
}

async function insertPeople(client: pg.Client, agents: number): Promise<void> {
  // No person's number is also a base's: a recorded statement is read by its values.
  await client.query('ALTER SEQUENCE users_id_seq RESTART WITH 10001');
  await client.query(
    `INSERT INTO users (name, name_key, email, role, status, password_hash, email_confirmed_at, created_at, last_seen_at)
     SELECT name, name, name || '@example.com', role::user_role, status::user_status, $1, now() - interval '100 days',
       now() - interval '100 days' + n * interval '1 minute', now() - n * interval '7 minutes'
     FROM (SELECT 'agent' || n AS name, 'user' AS role, 'approved' AS status, n FROM generate_series(1, $2::int) AS n
           UNION ALL SELECT 'waiting' || n, 'user', 'pending', n FROM generate_series(1, 40) AS n
           UNION ALL SELECT 'banned' || n, 'user', 'banned', n FROM generate_series(1, 60) AS n
           UNION ALL SELECT 'staff' || n, 'admin', 'approved', n FROM generate_series(1, 10) AS n
           UNION ALL SELECT 'support' || n, 'support', 'approved', n FROM generate_series(1, 10) AS n) AS people ORDER BY role, n`,
    [await hashPassword(password), agents],
  );
}

async function insertImports(client: pg.Client): Promise<void> {
  await client.query(`
    WITH files AS (
      INSERT INTO stored_files (stored_as, original_name, mime, size, sha256)
      SELECT 'import-' || n, 'list ' || n || '.xlsx', 'application/zip', 1000, md5(n::text) FROM generate_series(1, 20) AS n RETURNING id)
    INSERT INTO imports (file_id, status, preview, created_by_id, created_at, finished_at)
    SELECT id, 'finished', '{"format":"xlsx","sheets":[]}', (SELECT min(id) FROM users WHERE role = 'admin'),
      now() - interval '95 days', now() - interval '95 days' FROM files`);
}

/** Drops what can be made anew after the rows, and gives the statements that make it. */
async function takeIndexes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `SELECT indexname AS name, indexdef AS definition FROM pg_indexes
     WHERE schemaname = 'public' AND tablename = 'contacts' AND indexname NOT LIKE '%_pkey'`,
  );
  for (const { name } of rows) await client.query(`DROP INDEX "${name}"`);
  return rows.map(({ definition }) => definition);
}

// Keys come in no order, as in life: the multiplier has no factor in common with ten million. Blocks of 35 lie in one base and,
// when issued, in one issuance.
async function insertContacts(client: pg.Client, { contacts, issued, agents }: Size, first: number, last: number) {
  await client.query(
    `INSERT INTO contacts (id, place, base_type_id, key, value, state, import_id, agent_id, issuance_id, issued_at, outcome, outcome_at, created_at)
     SELECT n, n, b.id, CASE b.code WHEN 'telegram' THEN 'telegram:' || nick ELSE '+7900' || d END,
       CASE b.code WHEN 'telegram' THEN '@' || nick
         ELSE '8 (900) ' || substr(d, 1, 3) || '-' || substr(d, 4, 2) || '-' || substr(d, 6, 2) END,
       CASE WHEN held THEN 'issued' ELSE 'free' END::contact_state, 1 + block % 20,
       CASE WHEN held THEN a.id END, CASE WHEN held THEN block + 1 END, CASE WHEN held THEN at END,
       CASE WHEN held AND n % 3 = 0 THEN (ARRAY['not_reached', 'refused', 'thinking', 'lead', 'wrong_contact'])[1 + n % 5]::contact_outcome END,
       CASE WHEN held AND n % 3 = 0 THEN at + interval '1 hour' END, now() - interval '95 days'
     FROM (
       SELECT n, lpad((n::int8 * 6180339 % 10000000)::text, 7, '0') AS d, (n - 1) / 35 AS block,
         substr(translate(md5(n::text), '0123456789abcdef', 'aeiouklmnprstvyz'), 1, 14) AS nick,
         n <= floor($1::int8 * $2::float8 / 35) * 35 AS held,
         now() - interval '90 days' * (1 - n::float8 / greatest($1::int8 * $2::float8, 1)) AS at
       FROM generate_series($4::int, $5::int) AS n) AS lines
     JOIN base_types b ON b.code = (ARRAY['whatsapp', 'telegram', 'whatsapp', 'max', 'telegram', 'whatsapp', 'viber', 'max', 'telegram', 'whatsapp'])[1 + block % 10]
     JOIN users a ON a.name = 'agent' || 1 + block % $3::int`,
    [contacts, issued, agents, first, last],
  );
}

async function insertIssuances(client: pg.Client): Promise<void> {
  await client.query(`
    INSERT INTO issuances (id, agent_id, base_type_id, request_id, wanted, allowed, given, day, created_at)
    SELECT issuance_id, agent_id, base_type_id, gen_random_uuid(), count(*), count(*), count(*),
      (min(issued_at) AT TIME ZONE 'Europe/Moscow' + interval '4 hours')::date, min(issued_at)
    FROM contacts WHERE issuance_id IS NOT NULL GROUP BY issuance_id, agent_id, base_type_id`);
  await client.query(`
    INSERT INTO issuance_tallies (agent_id, base_type_id, day, issued)
    SELECT agent_id, base_type_id, day, sum(given) FROM issuances GROUP BY 1, 2, 3`);
}

// Three of four leads are of issued contacts, spread over all of them; the others are the agents' own finds.
async function insertLeads(client: pg.Client, leads: number): Promise<void> {
  await client.query(
    `CREATE TEMP TABLE reported AS
     SELECT row_number() OVER (ORDER BY at)::int AS n, * FROM (
       SELECT c.key, c.value, c.id AS contact_id, c.agent_id, c.issued_at + interval '2 hours' AS at
       FROM contacts c, (SELECT greatest(count(*) / ($1::int * 3 / 4), 1) AS step FROM contacts WHERE state = 'issued') AS s
       WHERE c.state = 'issued' AND c.id % s.step = 0
       UNION ALL
       SELECT '+7999' || d, '+7 999 ' || d, NULL, a.id, now() - n * (interval '90 days' / ($1::int / 4))
       FROM (SELECT n, lpad(n::text, 7, '0') AS d FROM generate_series(1, $1::int / 4) AS n) AS own
       JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place, count(*) OVER () AS all FROM users WHERE name LIKE 'agent%') AS a
         ON a.place = 1 + own.n % a.all) AS lines`,
    [leads],
  );
  await client.query(`
    INSERT INTO lead_reports (id, agent_id, request_id, created_at) SELECT n, agent_id, gen_random_uuid(), at FROM reported;
    INSERT INTO leads (id, report_id, agent_id, lead_type_id, key, value, source, contact_id, status, day, decided_by_id, decided_at, digested_at, created_at, updated_at)
    SELECT n, n, r.agent_id, t.id, r.key, r.value, CASE WHEN r.contact_id IS NULL THEN 'self' ELSE 'base' END::lead_source, r.contact_id,
      r.status::lead_status, (r.at AT TIME ZONE 'Europe/Moscow' + interval '4 hours')::date,
      CASE WHEN r.status <> 'pending' THEN s.id END, CASE WHEN r.status <> 'pending' THEN r.at + interval '1 day' END,
      CASE WHEN r.status <> 'pending' THEN r.at + interval '2 days' END, r.at, r.at
    FROM (SELECT *, CASE WHEN n % 20 = 0 THEN 'pending' WHEN n % 20 = 1 THEN 'rework' WHEN n % 10 < 7 THEN 'approved' ELSE 'rejected' END AS status FROM reported) AS r
    JOIN lead_types t ON t.code = CASE WHEN r.key LIKE 'telegram:%' THEN 'telegram' ELSE (ARRAY['whatsapp', 'max', 'viber', 'avito', 'self'])[1 + n % 5] END
    JOIN users s ON s.name = 'staff' || 1 + n % 10;
    INSERT INTO lead_events (lead_id, actor_id, status, created_at) SELECT id, agent_id, 'pending', created_at FROM leads;
    INSERT INTO lead_events (lead_id, actor_id, status, created_at)
    SELECT id, decided_by_id, status, decided_at FROM leads WHERE decided_by_id IS NOT NULL;
    INSERT INTO stored_files (id, stored_as, original_name, mime, size, sha256, uploaded_by_id)
    SELECT 1000 + id, 'lead-' || id, 'screen.png', 'image/png', 1000, md5(id::text), agent_id FROM leads;
    INSERT INTO lead_files (lead_id, file_id) SELECT id, 1000 + id FROM leads`);
}

async function insertEvents(client: pg.Client, events: number): Promise<void> {
  await client.query(
    `INSERT INTO audit_events (at, actor_id, actor_name, action, subject_type, subject_id, user_id, ip, user_agent, details)
     SELECT now() - ($1::int - n) * (interval '90 days' / $1::int), s.id, s.name,
       (ARRAY['lead.approved', 'lead.rejected', 'session.opened', 'contacts.returned', 'limit.granted', 'user.approved'])[1 + n % 6],
       (ARRAY['lead', 'lead', NULL, NULL, NULL, 'user'])[1 + n % 6], 1 + n % 2000, u.id, '10.0.0.' || n % 250, 'Mozilla/5.0 (invented)',
       jsonb_build_object('count', n % 50)
     FROM generate_series(1, $1::int) AS n
     JOIN users s ON s.name = 'staff' || 1 + n % 10
     JOIN users u ON u.name = 'agent' || 1 + n % 500`,
    [events],
  );
}

async function insertDialogues(client: pg.Client): Promise<void> {
  // A thread's department and place in the queue are its trigger's to say.
  await client.query(`
    SET session_replication_role = origin;
    INSERT INTO threads (person_id, last_message_at, unread_for_staff, status, waiting_since, closed_at)
    SELECT id, last_seen_at, (id % 10 = 0)::int,
      CASE WHEN id % 10 = 0 THEN 'open' WHEN id % 3 = 0 THEN 'closed' ELSE 'waiting' END::thread_status,
      CASE WHEN id % 10 = 0 THEN last_seen_at END, CASE WHEN id % 10 <> 0 AND id % 3 = 0 THEN last_seen_at END FROM users WHERE role = 'user' AND status = 'approved';
    INSERT INTO messages (thread_id, author_id, from_staff, text, request_id, read_at, created_at)
    SELECT t.id, CASE WHEN n % 2 = 1 THEN t.person_id ELSE s.id END, n % 2 = 0, 'An invented message number ' || n, gen_random_uuid(),
      CASE WHEN n < 20 OR t.unread_for_staff = 0 THEN now() END, t.last_message_at - (20 - n) * interval '5 minutes'
    FROM threads t CROSS JOIN generate_series(0, 20) AS n CROSS JOIN (SELECT id FROM users WHERE name = 'support1') AS s;
    SET session_replication_role = replica`);
}

/** What the triggers would have done by now: the migration that made the tallies says how to fill them. */
async function insertTallies(client: pg.Client): Promise<void> {
  const [, fill] = (await readFile(talliesMigration, 'utf8')).split('-- What is there already.');
  await client.query('TRUNCATE contact_tallies, issued_tallies, lead_tallies, lead_agent_tallies, lead_tally_days');
  await client.query(`--${fill}`);
}

/** What autovacuum would have done. */
async function settle(client: pg.Client): Promise<void> {
  for (const table of ['contacts', 'issuances', 'lead_reports', 'leads', 'stored_files']) {
    await client.query(`SELECT setval(pg_get_serial_sequence('${table}', 'id'), (SELECT max(id) FROM ${table}))`);
  }
  await client.query(`SELECT setval('contacts_place_seq', (SELECT max(place) FROM contacts))`);
  await client.query('VACUUM (ANALYZE)');
  await client.query('CHECKPOINT');
}
