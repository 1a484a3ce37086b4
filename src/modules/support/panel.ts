import { actorOf, type Ctx, type SqlCtx } from '../../ctx.ts';
import { NotFound } from '../../errors.ts';
import { fixed, q } from '../../lib/sql.ts';
import { approveUser, type Ban, banUser } from '../accounts/index.ts';
import { listEvents } from '../audit/index.ts';
import { allowancesOf, grantLimit, type Lasts, listBaseTypes } from '../bases/index.ts';
import { decideLead } from '../leads/index.ts';
import { findPerson } from './person.ts';
import { getThread, type Thread } from './threads.ts';

const most = 5;

export type PanelLead = { id: number; value: string; type: string; status: string; version: number; createdAt: Date };
export type PanelIssuance = { id: number; base: string; wanted: number; given: number; day: string; createdAt: Date };

/** What stands behind the person of a thread: limits, what he took and reported last, and for who may read it the journal. */
export async function panelOf(ctx: Ctx, thread: Thread) {
  const id = userOf(thread);
  const person = await findPerson(ctx, id);
  const works = person?.role === 'user' && person.status === 'approved';
  const may = actorOf(ctx).permissions;
  const [allowances, bases, issuances, leads, events] = await Promise.all([
    works ? allowancesOf(ctx, id) : [],
    works && may.has('staff:limits:grant') ? listBaseTypes(ctx) : [],
    issuancesOf(ctx, id),
    leadsOf(ctx, id),
    may.has('staff:audit:read') ? listEvents(ctx, { involving: id }, { at: null, size: most }) : [],
  ]);
  return { person, works, allowances, bases, issuances, leads, events };
}

/** A guest has no account, so nothing stands behind him. Throws NotFound. */
function userOf({ personId }: Thread): number {
  if (personId === null) throw new NotFound();
  return personId;
}

const leadsOf = (ctx: SqlCtx, agentId: number): Promise<PanelLead[]> =>
  ctx.sql.rows<PanelLead>(
    q`SELECT l.id, l.value, t.name AS type, l.status::text, l.version, l.created_at AS "createdAt"
      FROM leads l JOIN lead_types t ON t.id = l.lead_type_id WHERE l.agent_id = ${agentId} ORDER BY l.id DESC LIMIT ${fixed(most)}`,
    'support.panel_leads',
  );

const issuancesOf = (ctx: SqlCtx, agentId: number): Promise<PanelIssuance[]> =>
  ctx.sql.rows<PanelIssuance>(
    q`SELECT i.id, b.name AS base, i.wanted, i.given, i.day::text, i.created_at AS "createdAt"
      FROM issuances i JOIN base_types b ON b.id = i.base_type_id WHERE i.agent_id = ${agentId} ORDER BY i.id DESC LIMIT ${fixed(most)}`,
    'support.panel_issuances',
  );

type Grant = { requestId: string; baseTypeId: number; amount: number; lasts: Lasts; reason: string };
type Verdict = { version: number; verdict: 'approved' | 'rework'; comment?: string | undefined };

/** Acts on the person of a thread, by the verbs of the rooms that they belong to. */
export const grantBeside = async (ctx: Ctx, threadId: number, grant: Grant): Promise<void> => {
  await grantLimit(ctx, { ...grant, agentId: userOf(await getThread(ctx, threadId)) });
};

/** A lead of anybody else does not exist beside this thread. */
export async function decideBeside(ctx: Ctx, threadId: number, leadId: number, { version, verdict, comment }: Verdict) {
  const agentId = userOf(await getThread(ctx, threadId));
  const own = await ctx.sql.row(q`SELECT id FROM leads WHERE id = ${leadId} AND agent_id = ${agentId}`);
  if (!own) throw new NotFound();
  await decideLead(ctx, leadId, version, { verdict, ...(verdict === 'rework' ? { note: comment } : {}) });
}

export const approveBeside = async (ctx: Ctx, threadId: number): Promise<void> =>
  approveUser(ctx, userOf(await getThread(ctx, threadId)));

export const banBeside = async (ctx: Ctx, threadId: number, ban: Ban): Promise<void> =>
  banUser(ctx, userOf(await getThread(ctx, threadId)), ban);
