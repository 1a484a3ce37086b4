import { actorOf, type SqlCtx } from '../../ctx.ts';
import { fixed, q, type Sql } from '../../lib/sql.ts';
import { type At, keyset } from './keyset.ts';

export type LimitRequest = {
  id: number;
  agentId: number;
  agent: string;
  baseTypeId: number;
  base: string;
  wanted: number;
  reason: string;
  status: 'open' | 'granted' | 'declined';
  answer: string | null;
  /** What was granted. */
  amount: number | null;
  decidedBy: string | null;
  decidedAt: Date | null;
  createdAt: Date;
};

const select = q`SELECT r.id, r.agent_id AS "agentId", u.name AS agent, r.base_type_id AS "baseTypeId", b.name AS base,
    r.wanted, r.reason, r.status::text, r.answer, g.amount, d.name AS "decidedBy", r.decided_at AS "decidedAt", r.created_at AS "createdAt"
  FROM limit_requests r JOIN users u ON u.id = r.agent_id JOIN base_types b ON b.id = r.base_type_id
  LEFT JOIN limit_grants g ON g.limit_request_id = r.id LEFT JOIN users d ON d.id = r.decided_by_id`;

/** The actor's own requests with their answers, newest first. */
export const ownLimitRequests = (ctx: SqlCtx): Promise<LimitRequest[]> =>
  ctx.sql.rows<LimitRequest>(q`${select} WHERE r.agent_id = ${actorOf(ctx).id} ORDER BY r.id DESC LIMIT 50`);

export type RequestFilter = { status: LimitRequest['status'] | 'all'; agent?: number | undefined };

/** Requests for staff, newest first. */
export function limitRequests(ctx: SqlCtx, filter: RequestFilter, at: At, size: number): Promise<LimitRequest[]> {
  const { beyond, order } = keyset([q`r.id`], at, ['int']);
  return ctx.sql.rows<LimitRequest>(
    q`${select} WHERE ${requestsOf(filter)} AND ${beyond} ORDER BY ${order} LIMIT ${fixed(size + 1)}`,
  );
}

export async function countRequests(ctx: SqlCtx): Promise<Record<LimitRequest['status'], number>> {
  const rows = await ctx.sql.rows<{ status: LimitRequest['status']; count: number }>(
    q`SELECT status::text, count(*)::int AS count FROM limit_requests GROUP BY status`,
  );
  const counts = { open: 0, granted: 0, declined: 0 };
  for (const { status, count } of rows) counts[status] = count;
  return counts;
}

function requestsOf({ status, agent }: RequestFilter): Sql {
  const ofStatus = status === 'all' ? q`true` : q`r.status = ${status}::limit_request_status`;
  return agent ? q`${ofStatus} AND r.agent_id = ${agent}` : ofStatus;
}
