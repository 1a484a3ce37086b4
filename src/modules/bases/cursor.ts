import type { Ctx } from '../../ctx.ts';
import { compile, type Sql } from '../../lib/sql.ts';

/**
 * Reads any number of rows in batches through a server-side cursor, as of one moment, in the memory of one batch. A
 * reader may pause for minutes (a slow download) before PostgreSQL gives up on it.
 */
export async function* inBatches<T extends object>(ctx: Pick<Ctx, 'pool'>, sql: Sql, size = 2000): AsyncGenerator<T[]> {
  const client = await ctx.pool.connect();
  let broken: Error | undefined;
  try {
    const { text, values } = compile(sql);
    await client.query('BEGIN READ ONLY');
    await client.query(`SET LOCAL idle_in_transaction_session_timeout = '5min'`);
    await client.query(`DECLARE batches NO SCROLL CURSOR FOR ${text}`, values);
    for (;;) {
      const { rows } = await client.query<T>(`FETCH ${size} FROM batches`);
      if (rows.length > 0) yield rows;
      if (rows.length < size) break;
    }
  } finally {
    await client.query('ROLLBACK').catch((error: Error) => {
      broken = error;
    });
    client.release(broken);
  }
}
