import pg from 'pg';
import { applyMigrations } from '../../src/migrations/index.ts';
import { hashPassword } from '../../src/modules/accounts/index.ts';
import { ensureDatabase } from '../../src/postgres/database.ts';

export const password = 'correct horse battery';
export type Agent = { id: number; email: string };
export type World = { agents: Agent[]; staff: Agent; bases: number[]; contacts: number };

// One base is small, so that many agents fight for its last contacts; each has another period and a small limit.
const bases = [
  { code: 'whatsapp', period: 'day', limit: 12, share: 0.35 },
  { code: 'max', period: 'week', limit: 18, share: 0.35 },
  { code: 'viber', period: 'lifetime', limit: 10, share: 0.12 },
  { code: 'telegram', period: 'day', limit: 15, share: 0.3 },
] as const;

/** A migrated database with agents, an administrator and bases whose lists overlap: one phone stands in several, spelled differently. */
export async function buildWorld(url: string, wanted: { agents: number; contacts: number }): Promise<World> {
  await ensureDatabase(url);
  await applyMigrations(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const people = await insertPeople(client, wanted.agents);
    const ids = await insertContacts(client, wanted.contacts);
    const { rows } = await client.query<{ count: number }>('SELECT count(*)::int AS count FROM contacts');
    await client.query('ANALYZE');
    return { ...people, bases: ids, contacts: rows[0]?.count ?? 0 };
  } finally {
    await client.end();
  }
}

async function insertPeople(client: pg.Client, count: number): Promise<Pick<World, 'agents' | 'staff'>> {
  const { rows } = await client.query<Agent & { role: string }>(
    `INSERT INTO users (name, name_key, email, role, status, password_hash, email_confirmed_at)
     SELECT name, name, name || '@example.com', role::user_role, 'approved', $1, now()
     FROM (SELECT 'agent' || n AS name, 'user' AS role FROM generate_series(1, $2::int) AS n
           UNION ALL SELECT 'staff', 'admin') AS people
     RETURNING id, email, role`,
    [await hashPassword(password), count],
  );
  const staff = rows.find(({ role }) => role === 'admin');
  if (!staff) throw new Error('No administrator');
  return { agents: rows.filter(({ role }) => role === 'user'), staff };
}

async function insertContacts(client: pg.Client, count: number): Promise<number[]> {
  const ids: number[] = [];
  let first = 0;
  for (const { code, period, limit, share } of bases) {
    const { rows } = await client.query<{ id: number }>(
      'UPDATE base_types SET period = $2::limit_period, "limit" = $3 WHERE code = $1 RETURNING id',
      [code, period, limit],
    );
    const id = rows[0]?.id ?? 0;
    const size = Math.ceil(count * share);
    const spelled =
      code === 'telegram' ? `'telegram:invented_' || n, '@Invented_' || n` : `'+7900' || d, '8 (900) ' || d`;
    await client.query(
      `INSERT INTO contacts (base_type_id, key, value)
       SELECT $1, ${spelled} FROM (SELECT n, lpad(n::text, 7, '0') AS d FROM generate_series($2::int, $3::int) AS n) AS lines
       ON CONFLICT (key) DO NOTHING`,
      [id, first + 1, first + size],
    );
    ids.push(id);
    // The next list begins inside this one.
    first += Math.floor(size * 0.9);
  }
  return ids;
}

/** Takes away what guards the rules in the database, so that only the code could: for the naive one. */
export async function dropGuards(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client
    .query(`
      DROP TRIGGER contacts_once ON contacts;
      ALTER TABLE contacts DROP CONSTRAINT contacts_held_by_an_agent;
      ALTER TABLE issuances DROP CONSTRAINT issuances_given;
      DROP INDEX issuances_agent_id_request_id_key`)
    .finally(() => client.end());
}
