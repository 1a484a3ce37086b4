import { actorOf, type Ctx, inTransaction, type SqlCtx } from '../../ctx.ts';
import { NotFound } from '../../errors.ts';
import { addDays, type BusinessDay, businessDayOf, type Period, periodOf } from '../../lib/business-day.ts';
import { q } from '../../lib/sql.ts';
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

/** Grants an agent extra contacts of a base, from today on. The same `requestId` of the same granter gives the same grant. */
export function grantLimit(ctx: Ctx, input: GrantInput): Promise<Grant> {
  return inTransaction(ctx, async (tx) => {
    const base = await findBaseType(tx, input.baseTypeId);
    if (!base || !(await isAgent(tx, input.agentId))) throw new NotFound();
    const days = daysOf(input.lasts, base.period, businessDayOf(tx.now, tx.clock));
    const grant = await insertGrant(tx, input, days);
    if (!grant) return findGrant(tx, input.requestId);
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

const isAgent = async (tx: SqlCtx, id: number): Promise<boolean> =>
  (await tx.sql.row(q`SELECT id FROM users WHERE id = ${id} AND role = 'user'`)) !== undefined;

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
