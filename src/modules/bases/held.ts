import type { SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';

export type Held = { contactId: number; agentId: number; baseTypeId: number };
type HeldInWords = Held & { agentName: string; baseCode: string };

/**
 * Who holds the contact with this key, or null. With `lock` inside a transaction the contact stays with that agent until
 * the transaction ends, so a lead's source stays true.
 */
export async function contactHeldBy(
  ctx: Pick<SqlCtx, 'sql'>,
  key: string,
  { lock = false } = {},
): Promise<Held | null> {
  const row = await ctx.sql.row<Held>(
    q`SELECT id AS "contactId", agent_id AS "agentId", base_type_id AS "baseTypeId"
      FROM contacts WHERE key = ${key} AND agent_id IS NOT NULL ${lock ? q`FOR NO KEY UPDATE` : q``}`,
    lock ? 'bases.held_locked' : 'bases.held',
  );
  return row ?? null;
}

/** The same for many keys at once; keys that nobody holds are absent. */
export async function contactsHeldBy(
  ctx: Pick<SqlCtx, 'sql'>,
  keys: readonly string[],
): Promise<Map<string, HeldInWords>> {
  if (keys.length === 0) return new Map();
  const rows = await ctx.sql.rows<HeldInWords & { key: string }>(
    q`SELECT c.key, c.id AS "contactId", c.agent_id AS "agentId", c.base_type_id AS "baseTypeId", u.name AS "agentName", b.code AS "baseCode"
      FROM contacts c JOIN users u ON u.id = c.agent_id JOIN base_types b ON b.id = c.base_type_id WHERE c.key = ANY(${[...keys]}::text[])`,
  );
  return new Map(rows.map(({ key, ...held }) => [key, held]));
}

/** Marks a held contact as reported, in the report's transaction. False when nobody holds it any more. */
export async function markReported(tx: SqlCtx, contactId: number): Promise<boolean> {
  const marked = await tx.sql.rows(
    q`UPDATE contacts SET outcome = 'lead', outcome_at = ${tx.now} WHERE id = ${contactId} AND agent_id IS NOT NULL RETURNING id`,
  );
  return marked.length > 0;
}

/** Takes the mark back, in the transaction in which the contact's report became one of another contact. */
export async function unmarkReported(tx: SqlCtx, contactId: number): Promise<void> {
  await tx.sql.run(
    q`UPDATE contacts SET outcome = NULL, outcome_at = NULL WHERE id = ${contactId} AND outcome = 'lead'`,
  );
}

/** Those of the keys that are on the suppression list. */
export async function suppressedKeys(ctx: Pick<SqlCtx, 'sql'>, keys: readonly string[]): Promise<Set<string>> {
  const rows = await ctx.sql.rows<{ key: string }>(
    q`SELECT key FROM suppressions WHERE key = ANY(${[...keys]}::text[])`,
  );
  return new Set(rows.map(({ key }) => key));
}
