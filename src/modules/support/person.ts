import type { SqlCtx } from '../../ctx.ts';
import { q, type Sql } from '../../lib/sql.ts';
import type { Role, Status } from '../../permissions.ts';
import { findGuest, type Guest, wayTo } from '../telegram/index.ts';
import type { Thread } from './threads.ts';

export type Person = {
  id: number;
  name: string;
  email: string;
  role: Role;
  status: Status;
  emailConfirmed: boolean;
  createdAt: Date;
  lastSeenAt: Date | null;
};

/** The name of whoever a thread `t` belongs to, a user or a guest: by one index lookup, two for a guest. */
export const nameOfPerson = (t: Sql): Sql => q`coalesce((SELECT pu.name FROM users pu WHERE pu.id = ${t}.person_id),
  (SELECT pg.name FROM telegram_chats pg WHERE pg.id = ${t}.guest_id))`;

/** The name of the guest whose thread it is, for what has no author. */
export const guestOf = (
  threadId: Sql,
): Sql => q`(SELECT pg.name FROM threads pt JOIN telegram_chats pg ON pg.id = pt.guest_id
  WHERE pt.id = ${threadId})`;

/** The threads `t` of the same person, a user or a guest. */
export const ofSamePerson = ({ personId, guestId }: Pick<Thread, 'personId' | 'guestId'>): Sql =>
  personId === null ? q`t.guest_id = ${guestId}` : q`t.person_id = ${personId}`;

/** Who writes: an account, or a guest, of whom there is only what he said. */
export async function personOf(ctx: SqlCtx, thread: Thread) {
  return thread.personId === null ? guestIn(ctx, thread) : userIn(ctx, thread, thread.personId);
}

async function guestIn(ctx: SqlCtx, thread: Thread): Promise<{ name: string; guest: Guest }> {
  const guest = await findGuest(ctx, thread.guestId ?? 0);
  if (!guest) throw new Error(`Thread ${thread.id} has no guest`);
  return { name: guest.name, guest };
}

type User = Person & {
  guest?: undefined /** His Telegram here, where he has one. */;
  telegram: 'linked' | 'blocked' | undefined;
};

async function userIn(ctx: SqlCtx, thread: Thread, id: number): Promise<User> {
  const [person, telegram] = await Promise.all([findPerson(ctx, id), wayTo(ctx, id)]);
  if (!person) throw new Error(`Thread ${thread.id} has no person`);
  return { ...person, telegram };
}

/** The account of a person who writes. */
export const findPerson = (ctx: SqlCtx, id: number): Promise<Person | undefined> =>
  ctx.sql.row<Person>(
    q`SELECT id, name, email, role::text, status::text, email_confirmed_at IS NOT NULL AS "emailConfirmed",
        created_at AS "createdAt", last_seen_at AS "lastSeenAt"
      FROM users WHERE id = ${id}`,
    'support.person',
  );
