import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import pg from 'pg';

/**
 * The application as it should not be: it looks first and writes afterwards, on a database without its guards. It answers at the
 * addresses of the real one, so that the same clients use it and the checker can be seen to find what is wrong.
 */
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10, application_name: 'lead-cabinet' });
pool.on('error', () => {});

const server = createServer((req, res) => {
  answer(req, res).catch(() => res.writeHead(500).end());
});
server.listen(Number(process.env.PORT), '127.0.0.1');

async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const form = new URLSearchParams(req.method === 'POST' ? await text(req) : '');
  const agentId = Number(/agent=(\d+)/.exec(req.headers.cookie ?? '')?.[1]);
  if (req.url === '/healthz') res.end('ok');
  else if (req.url === '/login') await logIn(res, form.get('login') ?? '');
  else if (req.url === '/cabinet/issuances') await post(res, agentId, form);
  else
    await show(res, agentId, Number(/issuances\/(\d+)/.exec(req.url ?? '')?.[1]), req.url?.endsWith('/txt') ?? false);
}

async function logIn(res: ServerResponse, email: string): Promise<void> {
  const { rows } = await pool.query<{ id: number }>('SELECT id FROM users WHERE email = $1', [email]);
  res.writeHead(303, { location: '/', 'set-cookie': `agent=${rows[0]?.id}` }).end();
}

async function post(res: ServerResponse, agentId: number, form: URLSearchParams): Promise<void> {
  const issuance = await issueNaively(agentId, {
    requestId: form.get('requestId') ?? '',
    baseTypeId: Number(form.get('baseTypeId')),
    wanted: Number(form.get('wanted')),
  });
  if (issuance) res.writeHead(303, { location: `/cabinet/issuances/${issuance}` }).end();
  else res.writeHead(422).end();
}

type Wanted = { requestId: string; baseTypeId: number; wanted: number };

async function issueNaively(agentId: number, { requestId, baseTypeId, wanted }: Wanted): Promise<number | null> {
  const earlier = await pool.query<{ id: number }>('SELECT id FROM issuances WHERE agent_id = $1 AND request_id = $2', [
    agentId,
    requestId,
  ]);
  if (earlier.rows[0]) return earlier.rows[0].id;
  const allowed = await allowedNow(agentId, baseTypeId);
  const { rows: contacts } = await pool.query<{ id: number }>(
    `SELECT id FROM contacts WHERE base_type_id = $1 AND state = 'free' ORDER BY place LIMIT $2`,
    [baseTypeId, Math.max(0, Math.min(wanted, allowed))],
  );
  if (contacts.length === 0) return null;
  const { rows } = await pool.query<{ id: number }>(
    `INSERT INTO issuances (agent_id, base_type_id, request_id, wanted, allowed, given, day)
     VALUES ($1, $2, $3, $4, $5, $6, current_date) RETURNING id`,
    [agentId, baseTypeId, requestId, wanted, allowed, contacts.length],
  );
  const id = rows[0]?.id ?? 0;
  await pool.query(
    `UPDATE contacts SET state = 'issued', agent_id = $1, issuance_id = $2, issued_at = now() WHERE id = ANY($3::int[])`,
    [agentId, id, contacts.map((contact) => contact.id)],
  );
  await raiseTally(agentId, baseTypeId, contacts.length);
  return id;
}

async function allowedNow(agentId: number, baseTypeId: number): Promise<number> {
  const { rows } = await pool.query<{ allowed: number }>(
    `SELECT (b."limit" + (SELECT coalesce(sum(amount), 0) FROM limit_grants WHERE agent_id = $1 AND base_type_id = b.id)
       - (SELECT coalesce(sum(issued), 0) FROM issuance_tallies WHERE agent_id = $1 AND base_type_id = b.id))::int AS allowed
     FROM base_types b WHERE b.id = $2`,
    [agentId, baseTypeId],
  );
  return rows[0]?.allowed ?? 0;
}

async function raiseTally(agentId: number, baseTypeId: number, by: number): Promise<void> {
  const of = [agentId, baseTypeId];
  const { rows } = await pool.query<{ issued: number }>(
    'SELECT issued FROM issuance_tallies WHERE agent_id = $1 AND base_type_id = $2 AND day = current_date',
    of,
  );
  await pool.query(
    `INSERT INTO issuance_tallies (agent_id, base_type_id, day, issued) VALUES ($1, $2, current_date, $3)
     ON CONFLICT (agent_id, base_type_id, day) DO UPDATE SET issued = excluded.issued`,
    [...of, (rows[0]?.issued ?? 0) + by],
  );
}

async function show(res: ServerResponse, agentId: number, issuance: number, asText: boolean): Promise<void> {
  const { rows } = await pool.query<{ value: string }>(
    'SELECT value FROM contacts WHERE issuance_id = $1 AND agent_id = $2 ORDER BY id',
    [issuance, agentId],
  );
  if (asText) res.end(rows.map(({ value }) => `${value}\r\n`).join(''));
  else res.end(rows.map(({ value }) => `<li id="contact-1"><div><span>${value}</span></div></li>`).join(''));
}
