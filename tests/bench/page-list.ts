import { withClient } from './databases.ts';
import type { Visit } from './load.ts';

/** A page that people open all day; `grows`: its cost must not follow the number of contacts. */
export type BenchPage = { name: string; visits: Visit[]; grows: boolean };
type Cookies = { admin: string; agents: string[] };

/** The main pages of agent and staff, each with the addresses that its visitors take in turn. */
export async function pagesOf(url: string, { admin, agents }: Cookies): Promise<BenchPage[]> {
  const { deep, parts, bases, leads } = await placesIn(url);
  const staff = (name: string, paths: string[]): BenchPage => ({
    name,
    visits: paths.map((path) => ({ path, cookie: admin })),
    grows: true,
  });
  const agent = (name: string, path: string): BenchPage => ({
    name,
    visits: agents.map((cookie) => ({ path, cookie })),
    grows: false,
  });
  return [
    agent('agent.home', '/cabinet'),
    agent('agent.take', '/cabinet/contacts/new'),
    agent('agent.contacts', '/cabinet/contacts'),
    agent('agent.leads', '/cabinet/leads'),
    agent('agent.report', '/cabinet/leads/new'),
    agent('agent.support', '/cabinet/support'),
    staff('overview', ['/admin']),
    staff('contacts.first', ['/admin/contacts']),
    staff(
      'contacts.deep',
      deep.map((id) => `/admin/contacts?after=${Buffer.from(JSON.stringify([id])).toString('base64url')}`),
    ),
    staff(
      'contacts.filter',
      bases.map((id) => `/admin/contacts?base=${id}&state=issued`),
    ),
    staff(
      'contacts.search',
      parts.map((part) => `/admin/contacts?q=${encodeURIComponent(part)}`),
    ),
    staff('people', ['/admin/users']),
    staff('leads', ['/admin/leads']),
    staff('leads.filter', ['/admin/leads?status=approved&source=base']),
    staff(
      'moderation',
      leads.map((id) => `/admin/leads/${id}`),
    ),
    staff('stats.bases', ['/admin/bases']),
    staff('stats.leads', ['/admin/leads/stats']),
    staff('audit', ['/admin/audit']),
  ];
}

/** Places deep in the list, pieces of contacts as people remember them, bases, leads that wait. */
function placesIn(url: string) {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ id: number; key: string }>(
      `SELECT c.id, c.key FROM generate_series(1, 20) AS n
       JOIN contacts c ON c.id = (SELECT max(id) FROM contacts) * n / 21`,
    );
    const { rows: bases } = await client.query<{ id: number }>(
      `SELECT id FROM base_types WHERE code IN ('whatsapp', 'telegram', 'max')`,
    );
    const { rows: leads } = await client.query<{ id: number }>(
      `SELECT id FROM leads WHERE status = 'pending' ORDER BY id LIMIT 20`,
    );
    const part = (key: string): string =>
      key.startsWith('+') ? `${key.slice(5, 8)}-${key.slice(8, 10)}-${key.slice(10, 12)}` : key.slice(-9, -2);
    return {
      deep: rows.map(({ id }) => id),
      parts: rows.map(({ key }) => part(key)),
      bases: bases.map(({ id }) => id),
      leads: leads.map(({ id }) => id),
    };
  });
}
