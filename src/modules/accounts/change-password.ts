import { actorOf, type Ctx, inTransaction } from '../../ctx.ts';
import { Refusal } from '../../errors.ts';
import { sendMail } from '../../mail/jobs.ts';
import { record } from '../audit/index.ts';
import { revokeTokens } from './one-time-links.ts';
import { hashPassword, passwordMatches, refuseWeakPassword } from './passwords.ts';

/** Changes the actor's password and ends his sessions; returns the epoch of the one that may go on. */
export async function changePassword(
  ctx: Ctx,
  { currentPassword, newPassword }: { currentPassword: string; newPassword: string },
): Promise<number> {
  const actor = actorOf(ctx);
  await refuseWrongPassword(ctx, currentPassword, 'currentPassword');
  refuseWeakPassword(newPassword, actor, 'newPassword');
  const passwordHash = await hashPassword(newPassword);
  return inTransaction(ctx, async (tx) => {
    const { sessionEpoch } = await tx.db.user.update({
      where: { id: actor.id },
      data: { passwordHash, sessionEpoch: { increment: 1 } },
    });
    await revokeTokens(tx, actor.id, 'reset_password');
    await record(tx, { action: 'password.changed', userId: actor.id });
    await sendMail(tx, { to: actor.email, locale: tx.locale, letter: 'passwordChanged', link: '/password-reset' });
    return sessionEpoch;
  });
}

/** Asks for the actor's password before what an open session alone must not do. A wrong one is noted. */
export async function refuseWrongPassword(ctx: Ctx, password: string, field: string): Promise<void> {
  const { id } = actorOf(ctx);
  const user = await ctx.db.user.findUniqueOrThrow({ where: { id }, select: { passwordHash: true } });
  if (await passwordMatches(user.passwordHash, password)) return;
  await record(ctx, { action: 'password.refused', userId: id });
  throw new Refusal('accounts:errors.currentPassword', undefined, field);
}
