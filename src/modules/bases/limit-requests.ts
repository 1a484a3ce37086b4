import { actorOf, type Ctx, inSqlTransaction, inTransaction, type SqlCtx } from '../../ctx.ts';
import { NotFound, Refusal } from '../../errors.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { notify, settle, settleAll } from '../notifications/index.ts';
import { grantLimit, lockGrantee } from './grants.ts';
import { lockAgent } from './issue.ts';
import type { Lasts } from './schemas.ts';

type Asked = { baseTypeId: number; wanted: number; reason: string };
type Open = {
  id: number;
  agentId: number;
  baseTypeId: number;
  base: string;
  status: string;
  reason: string;
  requestId: string | null;
};

/** Asks for more of a base. One request per agent and base may be open: the database decides; the same one again is no error. */
export function requestLimit(ctx: Ctx, { baseTypeId, wanted, reason }: Asked): Promise<void> {
  const { id: agentId, name } = actorOf(ctx);
  return inSqlTransaction(ctx, async (tx) => {
    await lockAgent(tx, agentId);
    const base = await tx.sql.row<{ name: string }>(q`SELECT name FROM base_types WHERE id = ${baseTypeId} AND active`);
    if (!base) throw new NotFound();
    const made = await tx.sql.row<{ id: number }>(q`
      INSERT INTO limit_requests (agent_id, base_type_id, wanted, reason, created_at)
      VALUES (${agentId}, ${baseTypeId}, ${wanted}, ${reason}, ${tx.now})
      ON CONFLICT (agent_id, base_type_id) WHERE status = 'open' DO NOTHING RETURNING id`);
    const params = { name, base: base.name, wanted, note: reason };
    if (made) return notify(tx, { type: 'limit.requested', subjectId: made.id, params });
    const same = await tx.sql.row(q`
      SELECT id FROM limit_requests WHERE agent_id = ${agentId} AND base_type_id = ${baseTypeId} AND status = 'open'
        AND wanted = ${wanted} AND reason = ${reason}`);
    if (!same) throw new Refusal('bases:errors.requestOpen', undefined, 'baseTypeId');
  });
}

export type Decision = { amount: number; lasts: Lasts; reason: string; requestId: string };

/** Grants what an agent asked for, or another number. The same `requestId` again is no error; a decided request is refused. */
export function grantRequest(ctx: Ctx, id: number, { amount, lasts, reason, requestId }: Decision): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const request = await lockRequest(tx, id);
    if (await isGrantedBy(tx, id, requestId)) return;
    await decide(tx, request, 'granted', reason || null);
    const { agentId, baseTypeId } = request;
    const why = reason || request.reason;
    await grantLimit(tx, { agentId, baseTypeId, amount, lasts, reason: why, requestId, limitRequestId: id });
  });
}

/** Declines with an answer that the agent reads. Declining what is declined changes nothing. */
export function declineRequest(ctx: Ctx, id: number, answer: string): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const request = await lockRequest(tx, id);
    if (request.status === 'declined') return;
    await decide(tx, request, 'declined', answer);
    const subject = { type: 'limit_request', id };
    await record(tx, { action: 'limit.declined', subject, userId: request.agentId, details: { answer } });
    const params = { base: request.base, note: answer };
    await notify(tx, { type: 'limit.declined', personId: request.agentId, subjectId: id, params });
  });
}

/** Declines whatever an agent asked for, in the transaction of his ban: nobody has to answer any more. He is told of the ban alone. */
export async function declineRequestsOf(tx: SqlCtx, agentId: number, answer: string): Promise<void> {
  const declined = await tx.sql.rows<{ id: number }>(q`
    UPDATE limit_requests SET status = 'declined', answer = ${answer}, decided_by_id = ${actorOf(tx).id}, decided_at = ${tx.now}
    WHERE agent_id = ${agentId} AND status = 'open' RETURNING id`);
  for (const { id } of declined) {
    const subject = { type: 'limit_request', id };
    await record(tx, { action: 'limit.declined', subject, userId: agentId, details: { answer, banned: true } });
  }
  const ids = declined.map(({ id }) => id);
  if (ids.length > 0) await settleAll(tx, ['limit.requested'], ids);
}

async function lockRequest(tx: SqlCtx, id: number): Promise<Open> {
  // Whose it is never changes, and people are locked before what is theirs.
  const whose = await tx.sql.row<{ agentId: number }>(
    q`SELECT agent_id AS "agentId" FROM limit_requests WHERE id = ${id}`,
  );
  if (whose) await lockGrantee(tx, whose.agentId);
  const request = await tx.sql.row<Open>(q`
    SELECT r.id, r.agent_id AS "agentId", r.base_type_id AS "baseTypeId", b.name AS base, r.status::text, r.reason
    FROM limit_requests r JOIN base_types b ON b.id = r.base_type_id WHERE r.id = ${id} FOR UPDATE OF r`);
  if (!request) throw new NotFound();
  return request;
}

// A query of its own: joined to the lock, it would still see the moment before the wait.
const isGrantedBy = async (tx: SqlCtx, id: number, requestId: string): Promise<boolean> =>
  (await tx.sql.row(
    q`SELECT id FROM limit_grants WHERE limit_request_id = ${id} AND request_id = ${requestId}::uuid`,
  )) !== undefined;

async function decide(tx: SqlCtx, request: Open, status: 'granted' | 'declined', answer: string | null): Promise<void> {
  if (request.status !== 'open') throw new Refusal('bases:errors.requestDecided');
  await tx.sql.run(q`
    UPDATE limit_requests SET status = ${status}::limit_request_status, answer = ${answer},
      decided_by_id = ${actorOf(tx).id}, decided_at = ${tx.now} WHERE id = ${request.id}`);
  await settle(tx, ['limit.requested'], request.id);
}
