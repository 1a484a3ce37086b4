import type pg from 'pg';
import { hashPassword } from '../../src/modules/accounts/index.ts';

export const staff = { email: 'staff@example.com', password: 'correct horse battery' };

/**
 * So many invented contacts as a house has them after a year: half phones, the rest nicks and addresses as people write them; six of
 * ten are with one of 500 agents, some with an outcome or a note. And an administrator who exports them.
 */
export async function fillForExport(client: pg.Client, contacts: number): Promise<void> {
  await client.query(
    `INSERT INTO users (name, name_key, email, role, status, password_hash, email_confirmed_at)
     SELECT name, name, name || '@example.com', role::user_role, 'approved', $1, now()
     FROM (SELECT 'agent' || n AS name, 'user' AS role FROM generate_series(1, 500) AS n UNION ALL SELECT 'staff', 'admin') AS people`,
    [await hashPassword(staff.password)],
  );
  await client.query(`
    INSERT INTO issuances (agent_id, base_type_id, request_id, wanted, allowed, given, day, created_at)
    SELECT u.id, b.id, gen_random_uuid(), 50, 50, 50, day, day + interval '10 hours'
    FROM (SELECT id FROM users WHERE role = 'user') AS u
    CROSS JOIN (SELECT id FROM base_types ORDER BY position, id LIMIT 4) AS b
    CROSS JOIN generate_series('2026-03-01'::timestamptz, '2026-03-12', '1 day') AS day`);
  await client.query(
    `WITH i AS (SELECT array_agg(id ORDER BY id) AS ids FROM issuances), b AS (
       SELECT (array_agg(id) FILTER (WHERE code = 'whatsapp'))[1] AS phone, (array_agg(id) FILTER (WHERE code = 'telegram'))[1] AS nick,
         (array_agg(id) FILTER (WHERE kind = 'text' OR kind = 'email'))[1] AS other FROM base_types
     ), lines AS (
       SELECT n, lpad(n::text, 8, '0') AS d, n % 10 < 6 AS held, n % 4 < 2 AS is_phone, i.ids[1 + n / 50 % cardinality(i.ids)] AS issuance_id, b.*
       FROM generate_series(1, $1::int) AS n, i, b
     )
     INSERT INTO contacts (base_type_id, key, value, state, agent_id, issuance_id, issued_at, outcome, outcome_at, note, created_at)
     SELECT CASE WHEN is_phone THEN phone ELSE nick END,
       CASE WHEN is_phone THEN '+790' || d ELSE 'telegram:invented_' || d END,
       CASE WHEN is_phone THEN '8 (90' || left(d, 1) || ') ' || substr(d, 2) ELSE '@Invented_' || d END,
       CASE WHEN held THEN 'issued' ELSE 'free' END::contact_state,
       CASE WHEN held THEN s.agent_id END, CASE WHEN held THEN s.id END, CASE WHEN held THEN s.created_at END,
       CASE WHEN held AND n % 3 = 0 THEN 'thinking' END::contact_outcome, CASE WHEN held AND n % 3 = 0 THEN s.created_at END,
       CASE WHEN held AND n % 30 = 0 THEN 'Перезвонить; просил «после обеда»' END,
       '2026-02-01'::timestamptz + (n / 1000) * interval '1 minute'
     FROM lines JOIN issuances s ON s.id = issuance_id ORDER BY n`,
    [contacts],
  );
  await client.query('VACUUM (ANALYZE) contacts');
}
