import type { Ctx } from '../../ctx.ts';
import { inBatches } from '../../lib/batches.ts';
import { q } from '../../lib/sql.ts';
import { getSetting } from '../settings/index.ts';

const atOnce = 2000;

/** Moves events that are older than the setting says out of the journal's table into the archive, each in one statement with its removal. */
export async function archiveOldEvents(ctx: Ctx, signal: AbortSignal): Promise<number> {
  const months = await getSetting(ctx, 'audit.months');
  return inBatches(atOnce, signal, (size) =>
    ctx.sql.run(q`
      WITH moved AS (
        DELETE FROM audit_events WHERE id IN (
          SELECT id FROM audit_events WHERE at < ${ctx.now}::timestamptz - make_interval(months => ${months})
          ORDER BY at LIMIT ${size} FOR UPDATE SKIP LOCKED)
        RETURNING *
      )
      INSERT INTO audit_archive (id, at, actor_id, actor_name, action, subject_type, subject_id, user_id, ip, user_agent, request_id, details)
      SELECT id, at, actor_id, actor_name, action, subject_type, subject_id, user_id, ip, user_agent, request_id, details FROM moved`),
  );
}
