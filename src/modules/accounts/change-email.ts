import { actorOf, type Ctx, inTransaction } from '../../ctx.ts';
import { Refusal, violates } from '../../errors.ts';
import { sendMail } from '../../mail/jobs.ts';
import { record } from '../audit/index.ts';
import { refuseWrongPassword } from './change-password.ts';
import { makeToken, revokeTokens, useToken } from './one-time-links.ts';
import { localeOf } from './register.ts';

/**
 * Mails a link to the new address; nothing changes before it is pressed. An address that has an account gets no link,
 * and the answer is the same.
 */
export async function requestEmailChange(
  ctx: Ctx,
  { email, password }: { email: string; password: string },
): Promise<void> {
  const actor = actorOf(ctx);
  await refuseWrongPassword(ctx, password, 'emailPassword');
  if (email === actor.email) throw new Refusal('accounts:errors.sameEmail', undefined, 'email');
  await inTransaction(ctx, async (tx) => {
    await record(tx, { action: 'email.change_requested', userId: actor.id });
    if (await tx.db.user.findUnique({ where: { email } })) return;
    const token = await makeToken(tx, actor.id, 'change_email', email);
    await sendMail(tx, { to: email, locale: tx.locale, letter: 'changeEmail', link: `/email-change?token=${token}` });
  });
}

/** Moves the account to the address of the link and tells the old one. Pressing the link proves the new address. */
export async function changeEmail(ctx: Ctx, token: string): Promise<void> {
  try {
    await inTransaction(ctx, async (tx) => {
      const { userId, email } = await useToken(tx, token, 'change_email');
      if (!email) throw new Error('A token of a change of e-mail has no address');
      const before = await tx.db.user.findUniqueOrThrow({ where: { id: userId } });
      await tx.db.user.update({ where: { id: userId }, data: { email, emailConfirmedAt: tx.now } });
      await revokeTokens(tx, userId, 'confirm_email');
      await revokeTokens(tx, userId, 'reset_password');
      await record(tx, {
        action: 'email.changed',
        actor: before,
        userId,
        details: { before: before.email, after: email },
      });
      await sendMail(tx, { to: before.email, locale: localeOf(before), letter: 'emailChanged' });
    });
  } catch (error) {
    throw violates(error, 'users_email_key') ? new Refusal('accounts:errors.emailTaken') : error;
  }
}
