import { hash, verify } from '@node-rs/argon2';
import { Refusal } from '../../errors.ts';
import { commonPasswords } from './common-passwords.ts';

// OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const hashPassword = (password: string): Promise<string> => hash(password, cost);

let nobody: Promise<string> | undefined;

/** Compares in the same time whether the person exists or not, so that an answer's delay tells nothing. */
export async function passwordMatches(passwordHash: string | undefined, password: string): Promise<boolean> {
  nobody ??= hashPassword('nobody has this password');
  const matches = await verify(passwordHash ?? (await nobody), password).catch(() => false);
  return matches && passwordHash !== undefined;
}

/** Refuses a password that others would try first. Its length is the schema's affair. */
export function refuseWeakPassword(password: string, person: { name: string; email: string }, field: string): void {
  const word = password.toLowerCase();
  if (commonPasswords.has(word) || /^(.)\1*$/u.test(word)) {
    throw new Refusal('accounts:errors.passwordCommon', undefined, field);
  }
  const own = [person.name, person.email, person.email.split('@')[0] ?? ''].map((text) => text.toLowerCase());
  if (own.includes(word)) throw new Refusal('accounts:errors.passwordIsName', undefined, field);
}
