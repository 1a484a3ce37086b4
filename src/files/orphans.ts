import type { Ctx } from '../ctx.ts';
import { inBatches } from '../lib/batches.ts';
import { joinSql, q, type Sql } from '../lib/sql.ts';

const youngest = 86_400_000;
const atOnce = 200;

/**
 * Removes files that nobody's: rows that no table refers to, and bytes without a row, both only when they are older than a day. A file
 * that is being stored at this moment is younger, and its row, when it has one, is held by whoever refers to it.
 */
export async function removeOrphans(ctx: Ctx, signal: AbortSignal): Promise<{ rows: number; bytes: number }> {
  const rows = await removeRows(ctx, signal);
  return { rows, bytes: signal.aborted ? 0 : await removeBytes(ctx, signal) };
}

// The row first: when we are killed in between, its bytes are bytes without a row.
async function removeRows(ctx: Ctx, signal: AbortSignal): Promise<number> {
  const unused = joinSql((await referrers(ctx)).map(doesNotRefer), ' AND ');
  const before = new Date(ctx.now.getTime() - youngest);
  return inBatches(atOnce, signal, async (size) => {
    const gone = await ctx.sql.rows<{ storedAs: string }>(q`
      DELETE FROM stored_files WHERE id IN (
        SELECT f.id FROM stored_files f WHERE f.created_at < ${before} AND ${unused}
        ORDER BY f.id LIMIT ${size} FOR UPDATE OF f SKIP LOCKED)
      RETURNING stored_as AS "storedAs"`);
    for (const { storedAs } of gone) await ctx.files.remove(storedAs);
    return gone.length;
  });
}

type Referrer = { table: string; column: string };

/** Every column that refers to a file, as the database itself knows them: a table of tomorrow is among them. */
const referrers = (ctx: Ctx): Promise<Referrer[]> =>
  ctx.sql.rows<Referrer>(q`
    SELECT c.conrelid::regclass::text AS "table", quote_ident(a.attname) AS "column"
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
    WHERE c.contype = 'f' AND c.confrelid = 'stored_files'::regclass`);

// Names as PostgreSQL quoted them, never from outside.
const doesNotRefer = ({ table, column }: Referrer): Sql => ({
  parts: [`NOT EXISTS (SELECT FROM ${table} r WHERE r.${column} = f.id)`],
  values: [],
});

async function removeBytes(ctx: Ctx, signal: AbortSignal): Promise<number> {
  let removed = 0;
  for await (const names of ctx.files.olderThan(new Date(ctx.now.getTime() - youngest))) {
    if (signal.aborted) break;
    const known = await ctx.sql.rows<{ storedAs: string }>(
      q`SELECT stored_as AS "storedAs" FROM stored_files WHERE stored_as = ANY (${names}::text[])`,
    );
    const kept = new Set(known.map(({ storedAs }) => storedAs));
    for (const name of names.filter((one) => !kept.has(one))) {
      await ctx.files.remove(name);
      removed += 1;
    }
  }
  return removed;
}
