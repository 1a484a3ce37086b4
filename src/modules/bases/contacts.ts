import type { SqlCtx } from '../../ctx.ts';
import { NotFound } from '../../errors.ts';
import type { ContactKind } from '../../lib/keys/index.ts';
import { fixed, q, type Sql } from '../../lib/sql.ts';
import { countTotal, exactly, type Total } from '../../lib/totals.ts';
import { type ContactFilter, matching, type Outcome, states } from './contact-filter.ts';
import { type At, keyset } from './keyset.ts';
import { listBaseTypes } from './queries.ts';

export type ContactRow = {
  id: number;
  baseTypeId: number;
  base: string;
  kind: ContactKind;
  key: string;
  value: string;
  extra: [string, string][] | null;
  state: (typeof states)[number];
  importId: number | null;
  agentId: number | null;
  agent: string | null;
  issuanceId: number | null;
  issuedAt: Date | null;
  outcome: Outcome | null;
  outcomeAt: Date | null;
  note: string | null;
  createdAt: Date;
};

const ownColumns = q`c.id, c.base_type_id AS "baseTypeId", c.key, c.value, c.extra, c.state::text, c.import_id AS "importId",
  c.agent_id AS "agentId", c.issuance_id AS "issuanceId", c.issued_at AS "issuedAt", c.outcome::text, c.outcome_at AS "outcomeAt",
  c.note, c.created_at AS "createdAt"`;
export const contactColumns = q`${ownColumns}, b.name AS base, b.kind::text, u.name AS agent`;
export const contactTables = q`contacts c JOIN base_types b ON b.id = c.base_type_id LEFT JOIN users u ON u.id = c.agent_id`;

/** A page of all contacts for staff, newest first, one more than `size`, and how many there are in all. */
export async function contactsPage(
  ctx: SqlCtx,
  filter: ContactFilter,
  at: At,
  size: number,
): Promise<{ found: ContactRow[]; total: Total }> {
  // A search mostly finds a few, and they are all here: no need to look for them twice.
  if (!filter.q || at.values) {
    const [found, total] = await Promise.all([listContacts(ctx, filter, at, size), countContacts(ctx, filter)]);
    return { found, total };
  }
  const found = await listContacts(ctx, filter, at, size);
  return { found, total: found.length > size ? await countContacts(ctx, filter) : exactly(found.length) };
}

async function listContacts(ctx: SqlCtx, filter: ContactFilter, at: At, size: number): Promise<ContactRow[]> {
  const { beyond, order } = keyset([q`c.id`], at, ['int']);
  const condition = q`${matching(ctx, filter)} AND ${beyond}`;
  const part = q`ORDER BY ${order} LIMIT ${fixed(size + 1)}`;
  const rowsOf = (found: Sql) =>
    ctx.sql.rows<ContactRow>(q`SELECT ${contactColumns} FROM ${contactTables} WHERE ${found} ${part}`);
  if (isOfBaseOrState(filter)) return rowsOf(q`c.id = ANY(ARRAY(${newestOfEach(filter, condition, part)}))`);
  return filter.q ? searchContacts(ctx, condition, part) : rowsOf(condition);
}

/**
 * What is looked for is planned anew each time, and to plan a search takes longer than to find: so it names nobody and joins nothing. Bases the
 * page asks for anyway; a base that came between the two answers is asked for again.
 */
async function searchContacts(ctx: SqlCtx, condition: Sql, part: Sql): Promise<ContactRow[]> {
  const [known, found] = await Promise.all([
    listBaseTypes(ctx),
    ctx.sql.rows<Omit<ContactRow, 'base' | 'kind'>>(q`
      SELECT ${ownColumns}, (SELECT u.name FROM users u WHERE u.id = c.agent_id) AS agent FROM contacts c WHERE ${condition} ${part}`),
  ]);
  const knows = ({ baseTypeId }: { baseTypeId: number }): boolean => known.some(({ id }) => id === baseTypeId);
  const bases = found.every(knows) ? known : await listBaseTypes(ctx);
  return found.map(({ agent, ...row }) => {
    const base = bases.find(({ id }) => id === row.baseTypeId);
    if (!base) throw new Error(`Contact ${row.id} is of no base`);
    // In the order of the list's columns: a row is kept by what it was drawn from, and is the same row there.
    return { ...row, base: base.name, kind: base.kind, agent };
  });
}

const isOfBaseOrState = ({ base, state, outcome, q: text, agent, import: upload }: ContactFilter): boolean =>
  Boolean(base || state || outcome === 'none') && !(text || agent || upload);

/**
 * The newest of each base and state, which contacts_listed gives in order, a page of each at most. One scan for all would walk the
 * primary key, past every contact that was uploaded since the last issued one.
 */
const newestOfEach = ({ base, state, outcome }: ContactFilter, condition: Sql, part: Sql): Sql => q`
  SELECT each.id FROM (SELECT id FROM base_types WHERE ${base ?? null}::int IS NULL OR id = ${base ?? null}::int) AS one
  CROSS JOIN unnest(${outcome ? ['issued'] : state ? [state] : states}::contact_state[]) AS of (state)
  CROSS JOIN LATERAL (
    SELECT c.id FROM contacts c WHERE c.base_type_id = one.id AND c.state = of.state AND ${condition} ${part}) AS each`;

/** How many contacts a filter finds: exactly where the tallies know it, else counted to ten thousand. */
async function countContacts(ctx: SqlCtx, filter: ContactFilter): Promise<Total> {
  const { base, state, ...others } = filter;
  const tallied = Object.values(others).every((value) => !value);
  return tallied
    ? exactly(await tallyOf(ctx, base, state))
    : countTotal(ctx.sql, q`contacts c WHERE ${matching(ctx, filter)}`);
}

const columnOf = { free: q`free`, issued: q`issued`, suppressed: q`suppressed` };

async function tallyOf(ctx: SqlCtx, base?: number, state?: (typeof states)[number]): Promise<number> {
  const of = base ? q`base_type_id = ${base}` : q`true`;
  const row = await ctx.sql.row<{ count: number }>(q`
    SELECT coalesce(sum(${state ? columnOf[state] : q`free + issued + suppressed`}), 0)::int AS count FROM contact_tallies WHERE ${of}`);
  return row?.count ?? 0;
}

export async function getContact(ctx: SqlCtx, id: number): Promise<ContactRow> {
  const row = await ctx.sql.row<ContactRow>(q`SELECT ${contactColumns} FROM ${contactTables} WHERE c.id = ${id}`);
  if (!row) throw new NotFound();
  return row;
}

export type ContactEvent = {
  kind: 'uploaded' | 'issued' | 'returned' | 'outcome' | 'lead' | 'suppressed';
  at: Date;
  /** Whose it became or was. */
  agentId: number | null;
  agent: string | null;
  /** Who did it, where it was not the agent. */
  by: string | null;
  /** Reason, outcome or status. */
  text: string | null;
  id: number | null;
};

/** All that ever happened to a contact, newest first: upload, issuances, returns, outcome, leads, suppression. */
export const contactHistory = (ctx: SqlCtx, id: number): Promise<ContactEvent[]> =>
  ctx.sql.rows<ContactEvent>(q`
    WITH c AS (SELECT * FROM contacts WHERE id = ${id})
    SELECT 'uploaded' AS kind, c.created_at AS at, NULL::int AS "agentId", NULL AS agent, f.name AS by, NULL AS text, c.import_id AS id
      FROM c LEFT JOIN imports m ON m.id = c.import_id LEFT JOIN users f ON f.id = m.created_by_id
    UNION ALL SELECT 'issued', c.issued_at, u.id, u.name, NULL, NULL, c.issuance_id FROM c JOIN users u ON u.id = c.agent_id
    UNION ALL SELECT 'issued', r.issued_at, u.id, u.name, NULL, NULL, r.issuance_id
      FROM contact_returns r JOIN users u ON u.id = r.agent_id WHERE r.contact_id = ${id}
    UNION ALL SELECT 'returned', r.created_at, u.id, u.name, s.name, r.reason, r.issuance_id
      FROM contact_returns r JOIN users u ON u.id = r.agent_id JOIN users s ON s.id = r.returned_by_id WHERE r.contact_id = ${id}
    UNION ALL SELECT 'outcome', coalesce(c.outcome_at, c.issued_at), u.id, u.name, NULL, c.outcome::text, NULL
      FROM c JOIN users u ON u.id = c.agent_id WHERE c.outcome IS NOT NULL
    UNION ALL SELECT 'lead', l.created_at, u.id, u.name, NULL, l.status::text, l.id
      FROM c JOIN leads l ON l.key = c.key JOIN users u ON u.id = l.agent_id
    UNION ALL SELECT 'suppressed', s.created_at, NULL, NULL, a.name, s.reason, s.id
      FROM c JOIN suppressions s ON s.key = c.key LEFT JOIN users a ON a.id = s.added_by_id
    ORDER BY at DESC`);
