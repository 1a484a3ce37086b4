import { actorOf, type Ctx, inTransaction } from '../../ctx.ts';
import { NotFound } from '../../errors.ts';
import { q, type Sql } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';

/** An open session as its owner or staff see it. `handle` names it without being worth anything to a thief. */
export type OpenSession = {
  handle: string;
  current: boolean;
  startedAt: string | null;
  ip: string | null;
  userAgent: string | null;
};

const handle = q`encode(sha256(convert_to(s.sid, 'UTF8')), 'hex')`;
const liveOf = (userId: number, epoch: Sql): Sql => q`
  s.sess -> 'passport' ->> 'user' = ${String(userId)} AND s.expire > now() AND (s.sess ->> 'epoch')::int = ${epoch}`;
const epochOf = (userId: number): Sql => q`(SELECT session_epoch FROM users WHERE id = ${userId})`;

/** The person's sessions that are still good, the newest first. */
export function listSessions(ctx: Pick<Ctx, 'sql'>, userId: number, currentSid: string): Promise<OpenSession[]> {
  return ctx.sql.rows<OpenSession>(q`
    SELECT ${handle} AS handle, s.sid = ${currentSid} AS current, s.sess ->> 'startedAt' AS "startedAt",
      s.sess ->> 'ip' AS ip, s.sess ->> 'userAgent' AS "userAgent"
    FROM sessions s WHERE ${liveOf(userId, epochOf(userId))}
    ORDER BY current DESC, "startedAt" DESC NULLS LAST LIMIT 100`);
}

/** Ends the actor's sessions and returns the epoch with which the one in hand may go on. */
export function endOtherSessions(ctx: Ctx): Promise<number> {
  const { id } = actorOf(ctx);
  return inTransaction(ctx, async (tx) => {
    const epoch = await raiseEpoch(tx, id);
    await record(tx, { action: 'sessions.ended', userId: id });
    return epoch;
  });
}

/**
 * Ends one of the actor's sessions and returns the new epoch. A deleted session comes back when a request that writes to
 * it is in flight, so it is left behind instead: the epoch rises and every session but that one is moved to it.
 */
export function endSession(ctx: Ctx, ended: string, currentSid: string): Promise<number> {
  const { id } = actorOf(ctx);
  return inTransaction(ctx, async (tx) => {
    const found = await tx.sql.row<{ sid: string }>(
      q`SELECT s.sid FROM sessions s WHERE ${handle} = ${ended} AND ${liveOf(id, epochOf(id))}`,
    );
    if (!found || found.sid === currentSid) throw new NotFound();
    const epoch = await raiseEpoch(tx, id);
    await tx.sql.run(q`
      UPDATE sessions s SET sess = jsonb_set(s.sess::jsonb, '{epoch}', to_jsonb(${epoch}::int))::json
      WHERE s.sid <> ${found.sid} AND ${liveOf(id, q`${epoch - 1}::int`)}`);
    await record(tx, { action: 'session.ended', userId: id });
    return epoch;
  });
}

async function raiseEpoch(tx: Ctx, userId: number): Promise<number> {
  const { sessionEpoch } = await tx.db.user.update({
    where: { id: userId },
    data: { sessionEpoch: { increment: 1 } },
  });
  return sessionEpoch;
}

/** Deletes the rows of sessions that a raised epoch has ended: only cleaning, they are worth nothing already. */
export async function forgetSessions(tx: Ctx, userId: number): Promise<void> {
  await tx.sql.run(q`DELETE FROM sessions WHERE sess -> 'passport' ->> 'user' = ${String(userId)}`);
}
