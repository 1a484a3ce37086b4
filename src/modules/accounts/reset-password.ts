import { type Ctx, inTransaction } from '../../ctx.ts';
import { sendMail } from '../../mail/jobs.ts';
import { record } from '../audit/index.ts';
import { makeToken, revokeTokens, useToken } from './one-time-links.ts';
import { hashPassword, refuseWeakPassword } from './passwords.ts';
import { localeOf } from './register.ts';
import { forgetSessions } from './sessions.ts';

/** Mails a link to set a new password, if the address has an account. The caller gives the same answer either way. */
export async function requestPasswordReset(ctx: Ctx, email: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const user = await tx.db.user.findUnique({ where: { email } });
    if (!user || user.status === 'banned') return;
    const token = await makeToken(tx, user.id, 'reset_password');
    await record(tx, { action: 'password.reset_requested', userId: user.id });
    await sendMail(tx, {
      to: user.email,
      locale: localeOf(user),
      letter: 'passwordReset',
      link: `/password-reset/new?token=${token}`,
    });
  });
}

/** Sets a new password with the token of the link, once, and ends every session of the person. */
export async function resetPassword(ctx: Ctx, token: string, password: string): Promise<void> {
  const passwordHash = await hashPassword(password);
  await inTransaction(ctx, async (tx) => {
    const { userId } = await useToken(tx, token, 'reset_password');
    const user = await tx.db.user.update({
      where: { id: userId },
      data: { passwordHash, sessionEpoch: { increment: 1 } },
    });
    // Thrown inside the transaction, so that a weak password does not use the link up.
    refuseWeakPassword(password, user, 'newPassword');
    await revokeTokens(tx, userId, 'change_email');
    await forgetSessions(tx, userId);
    await record(tx, { action: 'password.reset', actor: user, userId });
    await sendMail(tx, { to: user.email, locale: localeOf(user), letter: 'passwordChanged', link: '/password-reset' });
  });
}
