import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDemo } from '../support/demo.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';

// A Wednesday, three in the afternoon in Moscow.
const now = new Date('2026-11-18T12:00:00Z');

let house: TestHouse;
let seconds: number;

beforeAll(async () => {
  house = await openTestHouse();
  const began = performance.now();
  await loadDemo(house, now);
  seconds = (performance.now() - began) / 1000;
});
afterAll(() => house.close());

async function rows(sql: string, of = house): Promise<Record<string, unknown>[]> {
  return (await of.database.pool.query(sql)).rows;
}

/** Counts by the first column. */
async function counts(sql: string): Promise<Record<string, number>> {
  const { rows: found } = await house.database.pool.query({ text: sql, rowMode: 'array' });
  return Object.fromEntries(found);
}

describe('the demo', () => {
  it('loads in less time than a newcomer waits', () => {
    expect(seconds).toBeLessThan(30);
  });

  it('has a dozen agents in every state, two of support and an administrator', async () => {
    expect(await counts('SELECT role, count(*) FROM users GROUP BY 1')).toEqual({ user: 13, support: 2, admin: 1 });
    const states = await counts(`
      SELECT CASE WHEN email_confirmed_at IS NULL THEN 'unconfirmed' ELSE status::text END, count(*)
      FROM users WHERE role = 'user' GROUP BY 1`);
    expect(Object.keys(states).sort()).toEqual(['approved', 'banned', 'pending', 'unconfirmed']);
    expect(states.approved).toBeGreaterThan(6);
  });

  it('has forty thousand contacts in all eight bases, free, issued, suppressed and worked in every way', async () => {
    const bases = await counts(
      'SELECT b.code, count(*) FROM contacts c JOIN base_types b ON b.id = base_type_id GROUP BY 1',
    );
    expect(Object.keys(bases)).toHaveLength(8);
    expect(Object.values(bases).reduce((sum, n) => sum + n, 0)).toBeGreaterThanOrEqual(40_000);
    expect(Object.keys(await counts('SELECT state, count(*) FROM contacts GROUP BY 1'))).toHaveLength(3);
    const outcomes = 'SELECT outcome, count(*) FROM contacts WHERE outcome IS NOT NULL GROUP BY 1';
    expect(Object.keys(await counts(outcomes))).toHaveLength(5);
  });

  it('has three thousand leads in every status and of every source', async () => {
    const statuses = await counts('SELECT status, count(*) FROM leads GROUP BY 1');
    expect(Object.keys(statuses).sort()).toEqual(['approved', 'pending', 'rejected', 'rework']);
    expect(Math.min(...Object.values(statuses))).toBeGreaterThan(10);
    expect(Object.values(statuses).reduce((sum, n) => sum + n, 0)).toBe(3_000);
    expect(Object.keys(await counts('SELECT source, count(*) FROM leads GROUP BY 1'))).toHaveLength(2);
  });

  it('has requests for more, conversations and imports: some waiting, some done, one failed', async () => {
    const requests = await counts('SELECT status, count(*) FROM limit_requests GROUP BY 1');
    expect(Object.keys(requests).sort()).toEqual(['declined', 'granted', 'open']);
    const [threads] = await rows(`
      SELECT count(*) FILTER (WHERE unread_for_staff > 0) AS waiting, count(*) FILTER (WHERE unread_for_staff = 0) AS answered
      FROM threads`);
    expect(threads?.waiting).toBeGreaterThan(0);
    expect(threads?.answered).toBeGreaterThan(0);
    expect(await counts('SELECT status, count(*)::int > 0 FROM threads GROUP BY 1')).toEqual({
      open: true,
      waiting: true,
      closed: true,
    });
    const [desk] = await rows(
      'SELECT (SELECT count(*) FROM departments) AS departments, (SELECT count(*) FROM operators) AS operators',
    );
    expect(desk).toEqual({ departments: 3, operators: 3 });
    const imports = await counts('SELECT status, count(*) FROM imports GROUP BY 1');
    expect(imports.finished).toBeGreaterThan(0);
    expect(imports.failed).toBeGreaterThan(0);
  });

  it('covers sixty days up to now, and nothing lies in the future', async () => {
    const days = await rows(`SELECT count(DISTINCT day) AS days FROM issuances`);
    expect(days[0]?.days).toBeGreaterThan(55);
    for (const table of [
      'users',
      'contacts',
      'issuances',
      'leads',
      'lead_events',
      'messages',
      'limit_requests',
      'imports',
    ]) {
      const [found] = await rows(`SELECT max(created_at) AS latest FROM ${table}`);
      expect(Number(found?.latest), table).toBeLessThanOrEqual(now.getTime());
    }
    const early = await rows(`SELECT name FROM users WHERE last_seen_at < created_at`);
    expect(early).toEqual([]);
  });

  it('is the same every time', async () => {
    const again = await openTestHouse();
    await loadDemo(again, now);
    for (const [table, columns] of Object.entries(remembered)) {
      const digest = `SELECT count(*), md5(string_agg(row(${columns})::text, ',' ORDER BY ${columns})) FROM ${table}`;
      expect(await rows(digest, again), table).toEqual(await rows(digest));
    }
    await again.close();
  }, 60_000);
});

// Everything but what must be random: ids of requests, hashes of passwords, names of stored files.
const remembered: Record<string, string> = {
  users: 'id, name, email, role, status, created_at, decided_at, email_confirmed_at',
  contacts: 'key, value, state, agent_id, issued_at, outcome, note',
  issuances: 'id, agent_id, base_type_id, wanted, given, day, created_at',
  leads: 'id, key, value, agent_id, lead_type_id, status, source, day, comment, decision_note, created_at, decided_at',
  messages: 'thread_id, author_id, text, created_at',
  limit_requests: 'agent_id, base_type_id, wanted, reason, status, created_at',
  suppressions: 'key, reason, created_at',
};

// Each finds rows that break a rule; there must be none.
const rules: [rule: string, sql: string][] = [
  [
    'a returned contact is not with the same agent again',
    `
    SELECT c.id FROM contacts c JOIN contact_returns r ON r.contact_id = c.id AND r.agent_id = c.agent_id`,
  ],
  [
    'an issuance gave as many contacts as it says: still held or taken back',
    `
    SELECT i.id FROM issuances i WHERE i.given <>
      (SELECT count(*) FROM contacts c WHERE c.issuance_id = i.id) +
      (SELECT count(*) FROM contact_returns r WHERE r.issuance_id = i.id)`,
  ],
  [
    'an issuance gave at most what was wanted and allowed',
    `SELECT id FROM issuances WHERE given > wanted OR given > allowed`,
  ],
  [
    'the tallies of a day are the sum of its issuances',
    `
    SELECT * FROM (SELECT agent_id, base_type_id, day, sum(given) AS given FROM issuances GROUP BY 1, 2, 3) i
    FULL JOIN issuance_tallies t USING (agent_id, base_type_id, day) WHERE i.given IS DISTINCT FROM t.issued`,
  ],
  [
    'nobody got more in a day than the limit and the grants allow',
    `
    SELECT t.agent_id FROM issuance_tallies t JOIN base_types b ON b.id = t.base_type_id AND b.period = 'day'
    WHERE t.issued > b.limit + (SELECT coalesce(sum(amount), 0) FROM limit_grants g WHERE g.agent_id = t.agent_id
      AND g.base_type_id = b.id AND t.day BETWEEN coalesce(g.from_day, t.day) AND coalesce(g.to_day, t.day))`,
  ],
  [
    'a contact is of the base that its issuance was of, and with its agent',
    `
    SELECT c.id FROM contacts c JOIN issuances i ON i.id = c.issuance_id
    WHERE c.base_type_id <> i.base_type_id OR c.agent_id <> i.agent_id`,
  ],
  ['only a held contact has an outcome', `SELECT id FROM contacts WHERE outcome IS NOT NULL AND state <> 'issued'`],
  [
    'a key on the stop list is never free',
    `
    SELECT c.id FROM contacts c JOIN suppressions s ON s.key = c.key WHERE c.state = 'free'`,
  ],
  [
    'a suppressed contact has its key on the stop list',
    `
    SELECT c.id FROM contacts c LEFT JOIN suppressions s ON s.key = c.key WHERE c.state = 'suppressed' AND s.id IS NULL`,
  ],
  [
    'a lead is from the base exactly when its contact was issued to its agent',
    `
    SELECT l.id FROM leads l LEFT JOIN contacts c ON c.key = l.key
    WHERE (l.source = 'base') <> (l.contact_id IS NOT NULL)
      OR l.contact_id IS NOT NULL AND (c.id IS DISTINCT FROM l.contact_id OR c.agent_id IS DISTINCT FROM l.agent_id)`,
  ],
  [
    'a lead is decided by somebody at some time, or waits',
    `
    SELECT id FROM leads WHERE (status = 'pending') <> (decided_at IS NULL) OR (decided_at IS NULL) <> (decided_by_id IS NULL)`,
  ],
  ['a rejected lead says why', `SELECT id FROM leads WHERE status IN ('rejected', 'rework') AND decision_note IS NULL`],
  [
    'the last event of a lead is its status',
    `
    SELECT l.id FROM leads l CROSS JOIN LATERAL
      (SELECT status FROM lead_events e WHERE e.lead_id = l.id ORDER BY id DESC LIMIT 1) e WHERE e.status <> l.status`,
  ],
  [
    'a lead counts for the business day on which it was reported: after eight in the evening for the next',
    `
    SELECT id FROM leads WHERE day <> (created_at AT TIME ZONE 'Europe/Moscow' + interval '4 hours')::date`,
  ],
  [
    'a lead has a screenshot',
    `SELECT id FROM leads l WHERE NOT EXISTS (SELECT FROM lead_files f WHERE f.lead_id = l.id)`,
  ],
  [
    'a thread counts what staff have not read, and knows its last message',
    `
    SELECT t.id FROM threads t JOIN messages m ON m.thread_id = t.id GROUP BY t.id
    HAVING t.unread_for_staff <> count(*) FILTER (WHERE NOT m.from_staff AND m.read_at IS NULL AND m.deleted_at IS NULL)
      OR t.unread_for_person <> count(*) FILTER (WHERE m.from_staff AND m.read_at IS NULL AND m.deleted_at IS NULL)
      OR t.last_message_at <> max(m.created_at)`,
  ],
  [
    'a first answer took minutes of working hours',
    `SELECT id FROM threads WHERE first_answer_seconds NOT BETWEEN 60 AND 1800`,
  ],
  [
    'a finished import has a verdict for every row',
    `
    SELECT id FROM imports WHERE status = 'finished' AND rows_read <>
      created + duplicate_in_file + already_in_base + issued_before + suppressed + invalid + empty`,
  ],
  [
    'a finished import made as many contacts as it says',
    `
    SELECT i.id FROM imports i WHERE i.status = 'finished'
      AND i.created <> (SELECT count(*) FROM contacts c WHERE c.import_id = i.id)`,
  ],
  [
    'who was approved or banned was so by somebody',
    `
    SELECT id FROM users WHERE role = 'user' AND (status = 'pending') <> (decided_by_id IS NULL)`,
  ],
  [
    'everybody agreed to the processing of personal data',
    `
    SELECT id FROM users u WHERE NOT EXISTS (SELECT FROM consents c WHERE c.user_id = u.id AND c.kind = 'personal_data')`,
  ],
];

describe('in the demo', () => {
  it.each(rules)('%s', async (_rule, sql) => {
    expect((await rows(sql)).length).toBe(0);
  });
});
