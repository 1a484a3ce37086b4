import type { SqlCtx } from '../ctx.ts';
import { TooMany } from '../errors.ts';
import { q } from '../lib/sql.ts';

/** At most `limit` tries of a thing in `seconds`. */
export type Throttle = { what: string; limit: number; seconds: number };

/**
 * Counts a try against `whom` (an address, an account) and throws TooMany past the limit. The counter is in PostgreSQL:
 * one for all instances. Call it outside the act's transaction, or a refused act would take its count back.
 */
export async function throttle(ctx: SqlCtx, { what, limit, seconds }: Throttle, whom: string): Promise<void> {
  const row = await ctx.sql.row<{ count: number; wait: number }>(q`
    INSERT INTO throttle_counters (key, count, expires_at)
    VALUES (${`${what}:${whom}`}, 1, now() + make_interval(secs => ${seconds}))
    ON CONFLICT (key) DO UPDATE SET
      count = CASE WHEN throttle_counters.expires_at <= now() THEN 1 ELSE throttle_counters.count + 1 END,
      expires_at = CASE WHEN throttle_counters.expires_at <= now() THEN excluded.expires_at ELSE throttle_counters.expires_at END
    RETURNING count, ceil(extract(epoch FROM expires_at - now()))::int AS wait`);
  if (row && row.count > limit) throw new TooMany(row.wait, row.count === limit + 1);
}

/** Forgets the tries, after a success. */
export async function forgive(ctx: SqlCtx, { what }: Throttle, whom: string): Promise<void> {
  await ctx.sql.run(q`DELETE FROM throttle_counters WHERE key = ${`${what}:${whom}`}`);
}
