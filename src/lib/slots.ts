import { joinSql, q, type Sql } from './sql.ts';

/** A table of sums in slots: `keys` and `slot` are its primary key, `counts` its numbers. */
export type Slotted = { table: Sql; keys: Sql[]; counts: Sql[] };
type Door = { rows<T extends object>(sql: Sql): Promise<T[]>; run(sql: Sql): Promise<number> };

const FOLDING = 1_279_476_037;
const AT_ONCE = 20_000;

/** Makes the transaction wait until nobody else folds or rebuilds tallies. */
export const lockFolding = (sql: Door): Promise<number> => sql.run(q`SELECT pg_advisory_xact_lock(${FOLDING}::bigint)`);

/**
 * Adds what connections have written to slot 0, and takes their rows away; gives how many. Rows that a living transaction writes are
 * left for the next time, so nobody is waited for. Two statements in the caller's transaction: the first locks each row in its
 * newest version, the second sees exactly those, so that no number is lost or counted twice.
 */
export async function foldSlots(sql: Door, { table, keys, counts }: Slotted): Promise<number> {
  await lockFolding(sql);
  const held = await sql.rows<{ place: string }>(
    q`SELECT ctid::text AS place FROM ${table} WHERE slot <> 0 LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED`,
  );
  if (held.length === 0) return 0;
  const list = (columns: Sql[], as = (column: Sql): Sql => column): Sql => joinSql(columns.map(as), ', ');
  await sql.run(q`
    WITH gone AS (DELETE FROM ${table} WHERE ctid = ANY(${held.map(({ place }) => place)}::tid[]) RETURNING *)
    INSERT INTO ${table} AS t (${list(keys)}, slot, ${list(counts)})
    SELECT ${list(keys)}, 0, ${list(counts, (count) => q`sum(${count})`)} FROM gone GROUP BY ${list(keys)}
    ON CONFLICT (${list(keys)}, slot) DO UPDATE SET ${list(counts, (count) => q`${count} = t.${count} + excluded.${count}`)}`);
  return held.length;
}
