import { type Ctx, inTransaction } from '../../ctx.ts';
import { Refusal, violates } from '../../errors.ts';
import type { User } from '../../generated/prisma/client.ts';
import { sendMail } from '../../mail/jobs.ts';
import { record } from '../audit/index.ts';
import { getSetting } from '../settings/index.ts';
import { sendConfirmation } from './confirm-email.ts';
import { giveConsent } from './consents.ts';
import { hashPassword, refuseWeakPassword } from './passwords.ts';

export type Application = { name: string; email: string; password: string; mailing: boolean };

/**
 * Takes an application: a pending person, consents and the letter with the confirmation link. Where the address already
 * has an account nothing is made: the answer is the same, and its owner learns of it by mail. A used name is refused
 * with a sentence, for names are public.
 */
export async function register(ctx: Ctx, { name, email, password, mailing }: Application): Promise<void> {
  if (!(await isRegistrationOpen(ctx))) throw new Refusal('accounts:errors.registrationClosed');
  refuseWeakPassword(password, { name, email }, 'password');
  const passwordHash = await hashPassword(password);
  await refuseUsedName(ctx, name);
  try {
    await apply(ctx, { name, email, passwordHash, mailing });
  } catch (error) {
    // Somebody took the address a moment ago: now it has an owner to tell.
    if (violates(error, 'users_email_key')) return apply(ctx, { name, email, passwordHash, mailing });
    throw asSentence(error);
  }
}

type Applicant = { name: string; email: string; passwordHash: string; mailing: boolean };

function apply(ctx: Ctx, applicant: Applicant): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const owner = await tx.db.user.findUnique({ where: { email: applicant.email } });
    await (owner ? tellOwner(tx, owner) : createApplicant(tx, applicant));
  });
}

async function refuseUsedName(ctx: Ctx, name: string): Promise<void> {
  if (await ctx.db.user.findUnique({ where: { nameKey: name.toLowerCase() } })) throw nameTaken();
}

async function tellOwner(tx: Ctx, owner: User): Promise<void> {
  await record(tx, { action: 'user.registration_repeated', userId: owner.id });
  if (owner.status === 'banned') return;
  await sendMail(tx, { to: owner.email, locale: localeOf(owner), letter: 'alreadyRegistered', link: '/login' });
}

async function createApplicant(tx: Ctx, { mailing, ...person }: Applicant): Promise<void> {
  const user = await tx.db.user.create({
    data: { ...person, nameKey: person.name.toLowerCase(), locale: tx.locale, createdAt: tx.now },
  });
  await giveConsent(tx, user.id, 'personal_data');
  if (mailing) await giveConsent(tx, user.id, 'mailing');
  await record(tx, { action: 'user.registered', actor: user, userId: user.id, subject: { type: 'user', id: user.id } });
  await sendConfirmation(tx, user);
}

/** Two who register at the same moment are told apart by the database. */
function asSentence(error: unknown): unknown {
  if (violates(error, 'users_name_key_key')) return nameTaken();
  // A letter whose lower case is written differently by PostgreSQL and here, such as the Turkish dotted I.
  if (violates(error, 'users_lower_case')) return new Refusal('accounts:errors.nameLetters', undefined, 'name');
  return error;
}

const nameTaken = () => new Refusal('accounts:errors.nameTaken', undefined, 'name');

/** The language in which the person gets letters. */
export const localeOf = ({ locale }: Pick<User, 'locale'>): 'ru' | 'en' => (locale === 'en' ? 'en' : 'ru');

/** Whether strangers may apply now. */
export const isRegistrationOpen = (ctx: Ctx): Promise<boolean> => getSetting(ctx, 'accounts.registration-open');
