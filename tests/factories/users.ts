import type { House } from '../../src/house.ts';
import { hashPassword } from '../../src/modules/accounts/index.ts';

export type TestUser = { id: number; name: string; email: string };
type Wanted = {
  name?: string;
  role?: 'user' | 'support' | 'admin';
  status?: 'pending' | 'approved' | 'banned';
  confirmed?: boolean;
};

/** Everybody's password in the tests. */
export const password = 'correct horse battery';

let hash: Promise<string> | undefined;
let count = 0;

/** A person: an approved agent with a confirmed address unless said otherwise. */
export async function createUser(house: Pick<House, 'database'>, wanted: Wanted = {}): Promise<TestUser> {
  hash ??= hashPassword(password);
  const { role = 'user', status = 'approved', confirmed = true } = wanted;
  count += 1;
  const name = wanted.name ?? `${role}${count}`;
  const email = `${name.toLowerCase()}.${count}@example.com`;
  const user = await house.database.db.user.create({
    data: {
      name,
      nameKey: name.toLowerCase(),
      email,
      role,
      status,
      passwordHash: await hash,
      emailConfirmedAt: confirmed ? new Date() : null,
    },
  });
  return { id: user.id, name, email };
}
