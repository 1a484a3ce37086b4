import type { SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';

export type Act = {
  /** `noun.past-participle`: `user.approved`, `contacts.returned`. Its words are `audit:actions.<action>`. */
  action: string;
  subject?: { type: string; id: number };
  /** The person whom it concerns. */
  userId?: number | null;
  /** Who acted, when it is not the ctx's actor: a login has none yet. */
  actor?: { id: number; name: string };
  details?: Record<string, unknown>;
};

/** Writes who did what, from where, in the transaction of `ctx`. Never put a password, token or session into details. */
export async function record(ctx: SqlCtx, { action, subject, userId, actor, details = {} }: Act): Promise<void> {
  const who = actor ?? ctx.actor;
  await ctx.sql.run(q`
    INSERT INTO audit_events (at, actor_id, actor_name, action, subject_type, subject_id, user_id, ip, user_agent, request_id, details)
    VALUES (${ctx.now}, ${who?.id ?? null}, ${who?.name ?? null}, ${action}, ${subject?.type ?? null}, ${subject?.id ?? null},
      ${userId ?? null}, ${ctx.origin.ip}, ${ctx.origin.userAgent}, ${ctx.requestId}, ${JSON.stringify(details)}::jsonb)`);
}

/** Writes that the actor took a list away as a file, and by which filter: personal data left the house. */
export const noteExport = (ctx: SqlCtx, list: string, filter: Record<string, unknown>): Promise<void> =>
  record(ctx, { action: 'list.exported', details: { list, filter } });
