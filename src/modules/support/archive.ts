import type { Ctx } from '../../ctx.ts';
import { inBatches } from '../../lib/batches.ts';
import { q } from '../../lib/sql.ts';

const keptDays = 90;
const atOnce = 500;

/** Archives what has been closed for long: it leaves the lists, and search and its address still find it. */
export const archiveClosed = (ctx: Ctx, signal: AbortSignal): Promise<number> =>
  inBatches(atOnce, signal, (size) =>
    ctx.sql.run(q`
      UPDATE threads SET archived_at = ${ctx.now} WHERE id IN (
        SELECT id FROM threads
        WHERE closed_at < ${new Date(ctx.now.getTime() - keptDays * 86_400_000)} AND archived_at IS NULL
        ORDER BY closed_at LIMIT ${size} FOR UPDATE SKIP LOCKED)`),
  );
