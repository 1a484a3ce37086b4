import { actorOf, type Ctx, inTransaction } from '../../ctx.ts';
import type { User } from '../../generated/prisma/client.ts';
import { sendMail } from '../../mail/jobs.ts';
import { record } from '../audit/index.ts';
import { notify } from '../notifications/index.ts';
import { makeToken, useToken } from './one-time-links.ts';

/** Mails the link that proves the address. The links sent before stop working. */
export async function sendConfirmation(tx: Ctx, user: Pick<User, 'id' | 'email' | 'locale'>): Promise<void> {
  const token = await makeToken(tx, user.id, 'confirm_email');
  const locale = user.locale === 'en' ? 'en' : 'ru';
  await sendMail(tx, { to: user.email, locale, letter: 'confirm', link: `/confirmation?token=${token}` });
}

/** Sends the link anew to whoever waits for it at this address; for any other address it does nothing, in silence. */
export async function resendConfirmation(ctx: Ctx, email: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const user = await tx.db.user.findUnique({ where: { email } });
    if (!user || user.emailConfirmedAt || user.status === 'banned') return;
    await sendConfirmation(tx, user);
    await record(tx, { action: 'user.confirmation_sent', userId: user.id });
  });
}

/** Sends the actor's link anew. */
export const resendMyConfirmation = (ctx: Ctx): Promise<void> => resendConfirmation(ctx, actorOf(ctx).email);

/** Confirms the address with the token of the link. Throws a Refusal for a link that is used, old or unknown. */
export async function confirmEmail(ctx: Ctx, token: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const { userId } = await useToken(tx, token, 'confirm_email');
    const user = await tx.db.user.update({ where: { id: userId }, data: { emailConfirmedAt: tx.now } });
    await record(tx, { action: 'user.email_confirmed', actor: user, userId });
    if (user.status === 'pending') await tellOfApplication(tx, user);
  });
}

/** Tells those who decide that a person waits for it. */
export const tellOfApplication = (tx: Ctx, { id, name }: Pick<User, 'id' | 'name'>): Promise<void> =>
  notify(tx, { type: 'registration.waits', subjectId: id, params: { name } });
