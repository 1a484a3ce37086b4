import type { Ctx } from '../../ctx.ts';
import { Refusal } from '../../errors.ts';
import { record } from '../audit/index.ts';
import { passwordMatches } from './passwords.ts';

export type Credentials = { login: string; password: string };

/** Finds who signs in, by name or e-mail. Throws a Refusal that says the same for a wrong name and a wrong password. */
export async function checkCredentials(
  ctx: Ctx,
  { login, password }: Credentials,
): Promise<{ id: number; sessionEpoch: number }> {
  const word = login.trim().toLowerCase();
  const user = await ctx.db.user.findFirst({ where: { OR: [{ nameKey: word }, { email: word }] } });
  const matches = await passwordMatches(user?.passwordHash, password);
  if (!user || !matches) {
    await record(ctx, {
      action: 'session.refused',
      ...(user ? { userId: user.id } : {}),
      details: { login: word.slice(0, 100) },
    });
    throw new Refusal('accounts:errors.credentials');
  }
  if (user.status === 'banned') {
    await record(ctx, { action: 'session.refused', userId: user.id, details: { banned: true } });
    throw new Refusal('accounts:errors.banned');
  }
  await record(ctx, { action: 'session.opened', actor: user, userId: user.id });
  return { id: user.id, sessionEpoch: user.sessionEpoch };
}

/** Notes that tries of this kind were stopped: `whom` is an address, a name or an e-mail. */
export const noteThrottled = (ctx: Ctx, what: string, whom: string): Promise<void> =>
  record(ctx, { action: 'tries.throttled', details: { what, login: whom.slice(0, 100) } });

/** Notes that the actor, if there is one, has left. */
export async function noteSignOut(ctx: Ctx): Promise<void> {
  if (ctx.actor) await record(ctx, { action: 'session.closed', userId: ctx.actor.id });
}
