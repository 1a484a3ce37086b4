import { z } from 'zod';
import { type Ctx, inTransaction } from '../../ctx.ts';
import { Refusal, violates } from '../../errors.ts';
import { record } from '../audit/index.ts';
import { hashPassword, refuseWeakPassword } from './passwords.ts';
import { Email, NewPassword, UserName } from './schemas.ts';

export const Administrator = z.object({ name: UserName, email: Email, password: NewPassword });
export type Administrator = z.infer<typeof Administrator>;

/**
 * Makes an approved administrator without a letter: whoever may run a command on the server is believed. Throws a Refusal for
 * a weak password and for a name or address that is taken.
 */
export async function createAdmin(ctx: Ctx, { name, email, password }: Administrator): Promise<{ id: number }> {
  refuseWeakPassword(password, { name, email }, 'password');
  const passwordHash = await hashPassword(password);
  try {
    return await inTransaction(ctx, async (tx) => {
      const user = await tx.db.user.create({
        data: {
          name,
          nameKey: name.toLowerCase(),
          email,
          passwordHash,
          role: 'admin',
          status: 'approved',
          emailConfirmedAt: tx.now,
          decidedAt: tx.now,
        },
      });
      await record(tx, { action: 'user.created', userId: user.id, subject: { type: 'user', id: user.id } });
      return { id: user.id };
    });
  } catch (error) {
    if (violates(error, 'users_name_key_key')) throw new Refusal('accounts:errors.nameTaken', undefined, 'name');
    if (violates(error, 'users_email_key')) throw new Refusal('accounts:errors.emailTaken', undefined, 'email');
    throw error;
  }
}
