import type { Actor, SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import { permissionsOf } from '../../permissions.ts';

type Row = Omit<Actor, 'permissions'> & Omit<SignedIn, 'actor'> & { heads: boolean };
export type SignedIn = { actor: Actor; sessionEpoch: number; locale: 'ru' | 'en'; lastSeenAt: Date | null };

const signedIn = q`u.id, u.name, u.email, u.role::text, u.status::text, u.email_confirmed_at IS NOT NULL AS "emailConfirmed",
  u.session_epoch AS "sessionEpoch", u.locale, u.last_seen_at AS "lastSeenAt",
  u.role = 'support' AND EXISTS (SELECT FROM departments d WHERE d.head_id = u.id) AS heads`;

type Remembered<Data> = { data: Data; person: SignedIn | null };

/** Reads a session and the person whose it is, anew with every request: a ban or a change of role counts from the next one on. */
export const readSession =
  ({ sql }: Pick<SqlCtx, 'sql'>) =>
  async <Data>(sid: string): Promise<Remembered<Data> | undefined> => {
    const row = await sql.row<{ data: Data } & (Row | { id: null })>(
      q`SELECT s.sess AS data, ${signedIn} FROM sessions s LEFT JOIN users u ON u.id = (s.sess->'passport'->>'user')::int
        WHERE s.sid = ${sid} AND s.expire >= now()`,
      'accounts.session',
    );
    if (!row) return undefined;
    const { data, ...person } = row;
    return { data, person: person.id === null ? null : signedInOf(person) };
  };

/** The person of this number, if he may sign in. */
export async function findSignedIn(ctx: Pick<SqlCtx, 'sql'>, id: number): Promise<SignedIn | null> {
  const row = await ctx.sql.row<Row>(q`SELECT ${signedIn} FROM users u WHERE u.id = ${id}`, 'accounts.signed_in');
  return row ? signedInOf(row) : null;
}

function signedInOf(row: Row): SignedIn | null {
  if (row.status === 'banned') return null;
  const { sessionEpoch, locale, lastSeenAt, heads, ...person } = row;
  return { actor: { ...person, permissions: permissionsOf({ ...person, heads }) }, sessionEpoch, locale, lastSeenAt };
}

/** Whether the ban that holds ended the person's sessions of this epoch: one that was ended before is a stranger's by now. */
export const isShutOut = async (
  ctx: Pick<SqlCtx, 'sql'>,
  { id, epoch }: { id: number; epoch: number },
): Promise<boolean> =>
  (await ctx.sql.row(
    q`SELECT FROM users WHERE id = ${id} AND status = 'banned' AND session_epoch = ${epoch}::int + 1`,
  )) !== undefined;

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
