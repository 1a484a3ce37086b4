import type { SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import type { Role, Status } from '../../permissions.ts';
import { allowancesOf } from '../bases/index.ts';
import type { Thread } from './threads.ts';

export type Person = {
  id: number;
  name: string;
  email: string;
  role: Role;
  status: Status;
  emailConfirmed: boolean;
  createdAt: Date;
  lastSeenAt: Date | null;
};
export type RecentLead = { id: number; value: string; type: string; status: string; createdAt: Date };

/** Who writes: the account, what may be taken today, and the last leads. */
export async function personOf(ctx: SqlCtx, thread: Thread) {
  const [person, allowances, leads] = await Promise.all([
    findPerson(ctx, thread.personId),
    allowancesOf(ctx, thread.personId),
    recentLeads(ctx, thread.personId),
  ]);
  if (!person) throw new Error(`Thread ${thread.id} has no person`);
  const works = person.role === 'user' && person.status === 'approved';
  return { ...person, allowances: works ? allowances : [], leads };
}

const findPerson = (ctx: SqlCtx, id: number): Promise<Person | undefined> =>
  ctx.sql.row<Person>(
    q`SELECT id, name, email, role::text, status::text, email_confirmed_at IS NOT NULL AS "emailConfirmed",
        created_at AS "createdAt", last_seen_at AS "lastSeenAt"
      FROM users WHERE id = ${id}`,
    'support.person',
  );

const recentLeads = (ctx: SqlCtx, agentId: number): Promise<RecentLead[]> =>
  ctx.sql.rows<RecentLead>(
    q`SELECT l.id, l.value, t.name AS type, l.status::text, l.created_at AS "createdAt"
      FROM leads l JOIN lead_types t ON t.id = l.lead_type_id WHERE l.agent_id = ${agentId} ORDER BY l.id DESC LIMIT 5`,
    'support.recent_leads',
  );
