import { actorOf, type SqlCtx } from '../../ctx.ts';
import { NotFound } from '../../errors.ts';
import { type BusinessDay, businessDayBounds } from '../../lib/business-day.ts';
import type { ContactKind } from '../../lib/keys/index.ts';
import { fixed, joinSql, q, type Sql } from '../../lib/sql.ts';
import { countTotal, type Total } from '../../lib/totals.ts';
import type { Outcome } from './contact-filter.ts';
import type { Issuance } from './issue.ts';
import { type At, keyset } from './keyset.ts';
import { searchOwn } from './search.ts';

export type OwnFilter = {
  q?: string | undefined;
  base?: number | undefined;
  day?: BusinessDay | undefined;
  outcome?: Outcome | 'none' | undefined;
  issuance?: number | undefined;
};
export type OwnContact = {
  id: number;
  base: string;
  kind: ContactKind;
  key: string;
  value: string;
  extra: [string, string][] | null;
  issuedAt: Date;
  /** Business day of the issuance. */
  day: string;
  outcome: Outcome | null;
  note: string | null;
  copiedAt: Date | null;
  leadStatus: 'pending' | 'approved' | 'rejected' | 'rework' | null;
};

const columns = q`c.id, b.name AS base, b.kind::text, c.key, c.value, c.extra, c.issued_at AS "issuedAt", i.day::text,
  c.outcome::text, c.note, c.copied_at AS "copiedAt",
  (SELECT l.status::text FROM leads l WHERE l.key = c.key AND l.agent_id = c.agent_id) AS "leadStatus"`;
// Leads are looked up by their key for each contact shown: joined, all that the agent ever reported would be held against each.
const tables = q`contacts c JOIN base_types b ON b.id = c.base_type_id JOIN issuances i ON i.id = c.issuance_id`;

/** The actor's contacts, newest first: one more than `size`, so that a page knows whether there is another. */
export function ownContacts(ctx: SqlCtx, filter: OwnFilter, at: At, size: number): Promise<OwnContact[]> {
  const { beyond, order } = keyset([q`c.issued_at`, q`c.id`], at, ['timestamptz', 'int']);
  return ctx.sql.rows<OwnContact>(q`
    SELECT ${columns} FROM ${tables} WHERE ${own(ctx, filter)} AND ${beyond} ORDER BY ${order} LIMIT ${fixed(size + 1)}`);
}

export const countOwn = (ctx: SqlCtx, filter: OwnFilter): Promise<Total> =>
  countTotal(ctx.sql, q`contacts c WHERE ${own(ctx, filter)}`);

/** One contact of the actor's; somebody else's does not exist. */
export async function getOwn(ctx: SqlCtx, id: number): Promise<OwnContact> {
  const row = await ctx.sql.row<OwnContact>(
    q`SELECT ${columns} FROM ${tables} WHERE c.agent_id = ${actorOf(ctx).id} AND c.id = ${id}`,
  );
  if (!row) throw new NotFound();
  return row;
}

/**
 * All contacts of the actor's that a filter finds, oldest first, in batches: for files. Each batch is a short read of its own, so that
 * a slow download of his holds nothing that a page or another agent waits for.
 */
export async function* allOwn(ctx: SqlCtx, filter: OwnFilter, size = 1000): AsyncGenerator<OwnContact[]> {
  for (let beyond = q`true`; ; ) {
    const batch: OwnContact[] = await ctx.sql.rows<OwnContact>(q`
      SELECT ${columns} FROM ${tables} WHERE ${own(ctx, filter)} AND ${beyond} ORDER BY c.issued_at, c.id LIMIT ${fixed(size)}`);
    if (batch.length > 0) yield batch;
    const last = batch.at(-1);
    if (batch.length < size || !last) return;
    beyond = q`(c.issued_at, c.id) > (${last.issuedAt}::timestamptz, ${last.id}::int)`;
  }
}

/** The headers of the other columns that these contacts were uploaded with. */
export const ownExtraHeaders = (ctx: SqlCtx, filter: OwnFilter): Promise<string[]> =>
  extraHeaders(ctx, q`contacts c`, own(ctx, filter));

export async function extraHeaders(ctx: SqlCtx, from: Sql, condition: Sql): Promise<string[]> {
  const rows = await ctx.sql.rows<{ header: string }>(q`
    SELECT pair ->> 0 AS header FROM (SELECT c.extra FROM ${from} WHERE c.extra IS NOT NULL AND ${condition}) AS e
    CROSS JOIN LATERAL jsonb_array_elements(e.extra) WITH ORDINALITY AS x (pair, place)
    GROUP BY 1 ORDER BY min(place), 1 LIMIT 40`);
  return rows.map(({ header }) => header);
}

export type OwnIssuance = Issuance & { base: string; createdAt: Date; held: number };

/** One issuance of the actor's, with how many of its contacts he still holds. */
export async function getOwnIssuance(ctx: SqlCtx, id: number): Promise<OwnIssuance> {
  const row = await ctx.sql.row<OwnIssuance>(q`
    SELECT i.id, i.agent_id AS "agentId", i.base_type_id AS "baseTypeId", i.wanted, i.allowed, i.given, b.name AS base,
      i.created_at AS "createdAt", (SELECT count(*)::int FROM contacts c WHERE c.issuance_id = i.id) AS held
    FROM issuances i JOIN base_types b ON b.id = i.base_type_id WHERE i.id = ${id} AND i.agent_id = ${actorOf(ctx).id}`);
  if (!row) throw new NotFound();
  return row;
}

function own(ctx: SqlCtx, filter: OwnFilter): Sql {
  const conditions = [q`c.agent_id = ${actorOf(ctx).id}`];
  if (filter.q) conditions.push(searchOwn(filter.q));
  if (filter.base) conditions.push(q`c.base_type_id = ${filter.base}`);
  if (filter.issuance) conditions.push(q`c.issuance_id = ${filter.issuance}`);
  if (filter.outcome === 'none') conditions.push(q`c.outcome IS NULL`);
  else if (filter.outcome) conditions.push(q`c.outcome = ${filter.outcome}::contact_outcome`);
  if (filter.day) {
    const { from, until } = businessDayBounds(filter.day, ctx.clock);
    conditions.push(q`c.issued_at >= ${from} AND c.issued_at < ${until}`);
  }
  return joinSql(conditions, ' AND ');
}
