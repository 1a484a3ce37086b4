import type { Actor } from '../../ctx.ts';
import type { Person } from './people.ts';

/** Where a person's work begins. */
export function homeOf({ role }: Pick<Actor, 'role'>): string {
  if (role === 'admin') return '/admin';
  return role === 'support' ? '/support' : '/cabinet';
}

type Translate = (key: string, params?: Record<string, unknown>) => string;
const columns = ['id', 'name', 'email', 'role', 'status', 'confirmed', 'created', 'seen'] as const;

export const peopleColumns = (t: Translate) =>
  columns.map((column) => ({
    header: t(`accounts:columns.${column}`),
    ...(column === 'id' ? { type: 'number' as const } : {}),
  }));

/** The list of people for a file; times of the business zone. */
export async function* peopleRows(batches: AsyncIterable<Person[]>, t: Translate, timeZone: string) {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const stamp = (at: Date | null): string => (at ? format.format(at) : '');
  for await (const people of batches) {
    yield people.map(({ id, name, email, role, status, confirmed, createdAt, lastSeenAt }) => [
      id,
      name,
      email,
      t(`common:role.${role}`),
      t(`accounts:status.${status}`),
      t(`accounts:people.confirmed.${confirmed ? 'yes' : 'no'}`),
      stamp(createdAt),
      stamp(lastSeenAt),
    ]);
  }
}
