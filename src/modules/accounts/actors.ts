import type { Actor, SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import { permissionsOf } from '../../permissions.ts';

type Row = Omit<Actor, 'permissions'> & Omit<SignedIn, 'actor'>;
export type SignedIn = { actor: Actor; sessionEpoch: number; locale: 'ru' | 'en'; lastSeenAt: Date | null };

/** The person behind a session, read anew with every request: a ban or a change of role counts from the next one on. */
export async function findSignedIn(ctx: Pick<SqlCtx, 'sql'>, id: number): Promise<SignedIn | null> {
  const row = await ctx.sql.row<Row>(
    q`SELECT id, name, email, role::text, status::text, email_confirmed_at IS NOT NULL AS "emailConfirmed",
        session_epoch AS "sessionEpoch", locale, last_seen_at AS "lastSeenAt"
      FROM users WHERE id = ${id}`,
    'accounts.signed_in',
  );
  if (!row || row.status === 'banned') return null;
  const { sessionEpoch, locale, lastSeenAt, ...person } = row;
  return { actor: { ...person, permissions: permissionsOf(person) }, sessionEpoch, locale, lastSeenAt };
}

/** The actor for a job, a seed or a test that acts for this person. */
export async function getActor(ctx: Pick<SqlCtx, 'sql'>, id: number): Promise<Actor> {
  const found = await findSignedIn(ctx, id);
  if (!found) throw new Error(`User ${id} cannot act`);
  return found.actor;
}

const SEEN_EVERY = 300_000;

/** Notes at most every five minutes that the person is here. */
export async function noteSeen(ctx: SqlCtx, { actor, lastSeenAt }: SignedIn): Promise<void> {
  const due = new Date(ctx.now.getTime() - SEEN_EVERY);
  if (lastSeenAt && lastSeenAt >= due) return;
  await ctx.sql.run(
    q`UPDATE users SET last_seen_at = ${ctx.now} WHERE id = ${actor.id} AND (last_seen_at IS NULL OR last_seen_at < ${due})`,
    'accounts.seen',
  );
}
