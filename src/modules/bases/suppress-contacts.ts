import { actorOf, type Ctx, inSqlTransaction } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { type ContactFilter, matching } from './contact-filter.ts';

export type Chosen = { ids: number[] } | { filter: ContactFilter };
export type Suppressed = {
  /** New on the list. */
  added: number;
  /** Of the chosen, those that stay with an agent. */
  held: number;
};

/** Puts contacts of the list on the suppression list: those chosen, or all that a filter finds. */
export function suppressContacts(ctx: Ctx, chosen: Chosen, reason: string): Promise<Suppressed> {
  return inSqlTransaction(ctx, async (tx) => {
    const condition = 'ids' in chosen ? q`c.id = ANY(${chosen.ids}::int[])` : matching(tx, chosen.filter);
    const row = await tx.sql.row<Suppressed>(q`
      WITH chosen AS MATERIALIZED (SELECT c.id, c.key, c.value, c.state FROM contacts c WHERE ${condition} ORDER BY c.key FOR UPDATE OF c),
      added AS (
        INSERT INTO suppressions (key, value, reason, added_by_id, created_at)
        SELECT key, value, ${reason}, ${actorOf(tx).id}, ${tx.now} FROM chosen ON CONFLICT (key) DO NOTHING RETURNING key
      ), moved AS (
        UPDATE contacts c SET state = 'suppressed' FROM chosen WHERE chosen.id = c.id AND chosen.state = 'free'
      ) SELECT (SELECT count(*)::int FROM added) AS added, (SELECT count(*)::int FROM chosen WHERE state = 'issued') AS held`);
    const result = row ?? { added: 0, held: 0 };
    const of = 'ids' in chosen ? { ids: chosen.ids.length } : { filter: chosen.filter };
    await record(tx, { action: 'contacts.suppressed', details: { ...of, ...result, reason } });
    return result;
  });
}
