import type { SqlCtx } from '../ctx.ts';
import { q } from '../lib/sql.ts';

/** The PostgreSQL channel that every process of the house listens on. */
export const channel = 'lead_cabinet_live';

/** Something happened: what, whom it concerns, and ids only, so that nobody learns more here than a page would show. */
export type News = { name: string; topics: string[]; ids: Record<string, number> };

/** Tells all processes, if and when the transaction of `ctx` commits. PostgreSQL takes at most 8,000 bytes. */
export async function publish(ctx: Pick<SqlCtx, 'sql'>, news: News): Promise<void> {
  await ctx.sql.run(q`SELECT pg_notify(${channel}, ${JSON.stringify(news)})::text`);
}
