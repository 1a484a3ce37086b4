import { actorOf, type Ctx, inTransaction, type SqlCtx } from '../../ctx.ts';
import { NotFound, Refusal } from '../../errors.ts';
import { addDays, type BusinessDay, businessDayOf, type Period, periodOf } from '../../lib/business-day.ts';
import { q } from '../../lib/sql.ts';
import type { Role, Status } from '../../permissions.ts';
import { record } from '../audit/index.ts';
import { notify } from '../notifications/index.ts';
import { findBaseType } from './queries.ts';
import type { Lasts } from './schemas.ts';

export type GrantInput = {
  agentId: number;
  baseTypeId: number;
  amount: number;
  lasts: Lasts;
  reason: string;
  requestId: string;
  /** The request that it answers. */
  limitRequestId?: number;
};
export type Grant = { id: number; agentId: number; baseTypeId: number; amount: number };

/**
 * Grants an agent extra contacts of a base, from today on. The same `requestId` of the same granter gives the same grant. Throws a
 * Refusal while the agent may not work.
 */
export function grantLimit(ctx: Ctx, input: GrantInput): Promise<Grant> {
  return inTransaction(ctx, async (tx) => {
    const agent = await lockGrantee(tx, input.agentId);
    const base = await findBaseType(tx, input.baseTypeId);
    if (!base || agent?.role !== 'user') throw new NotFound();
    const days = daysOf(input.lasts, base.period, businessDayOf(tx.now, tx.clock));
    const grant = await insertGrant(tx, input, days);
    if (!grant) return findGrant(tx, input.requestId);
    if (agent.status !== 'approved') throw new Refusal('bases:errors.notAnAgent');
    const { agentId, amount, reason } = input;
    const subject = { type: 'limit_grant', id: grant.id };
    await record(tx, {
      action: 'limit.granted',
      subject,
      userId: agentId,
      details: { base: base.name, amount, ...days, reason },
    });
    const params = { base: base.name, amount, note: reason };
    await notify(tx, { type: 'limit.granted', personId: agentId, subjectId: grant.id, params });
    return grant;
  });
}

/** Locks whom a grant is for and who decides of it, lowest id first, before anything else: a ban comes before the act or after it. */
export async function lockGrantee(tx: SqlCtx, agentId: number): Promise<Grantee | undefined> {
  const both = await tx.sql.rows<Grantee>(q`
    SELECT id, role::text, status::text FROM users WHERE id IN (${agentId}, ${actorOf(tx).id}) ORDER BY id FOR KEY SHARE`);
  return both.find(({ id }) => id === agentId);
}

type Grantee = { id: number; role: Role; status: Status };

type Days = { from: BusinessDay; to: BusinessDay | null };

function daysOf(lasts: Lasts, period: Period, today: BusinessDay): Days {
  if (lasts === 'always') return { from: today, to: null };
  if (lasts === 'period') return { from: today, to: periodOf(period, today).to };
  return { from: today, to: addDays(today, lasts === 'week' ? 6 : 29) };
}

const columns = q`id, agent_id AS "agentId", base_type_id AS "baseTypeId", amount`;

const insertGrant = (tx: SqlCtx, input: GrantInput, { from, to }: Days): Promise<Grant | undefined> =>
  tx.sql.row<Grant>(q`
    INSERT INTO limit_grants (agent_id, base_type_id, amount, from_day, to_day, reason, granted_by_id, limit_request_id, request_id, created_at)
    VALUES (${input.agentId}, ${input.baseTypeId}, ${input.amount}, ${from}::date, ${to}::date, ${input.reason},
      ${actorOf(tx).id}, ${input.limitRequestId ?? null}, ${input.requestId}::uuid, ${tx.now})
    ON CONFLICT (granted_by_id, request_id) DO NOTHING RETURNING ${columns}`);

async function findGrant(tx: SqlCtx, requestId: string): Promise<Grant> {
  const grant = await tx.sql.row<Grant>(
    q`SELECT ${columns} FROM limit_grants WHERE granted_by_id = ${actorOf(tx).id} AND request_id = ${requestId}::uuid`,
  );
  if (!grant) throw new NotFound();
  return grant;
}
