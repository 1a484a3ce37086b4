import { type Actor, actorOf, type SqlCtx } from '../../ctx.ts';
import { sharedRows } from '../../lib/shared-rows.ts';
import { q, type Sql } from '../../lib/sql.ts';
import { badgeCount } from '../../lib/totals.ts';

type Count = { count: number };
const waiting = q`threads WHERE unread_for_staff > 0`;

/** How many threads wait for an answer. Every page of the staff asks when a message comes, and all get the same answer. */
export async function unreadForStaff({ sql }: SqlCtx): Promise<number> {
  const [row] = await sharedRows<Count>(
    sql,
    q`SELECT count(*)::int AS count FROM ${waiting}`,
    'support.unread_for_staff',
  );
  return row?.count ?? 0;
}

/** The same for the navigation. */
export const staffBadge = (): Sql => badgeCount(waiting);

/** How many answers the actor has not read. */
export async function unreadForPerson(ctx: SqlCtx): Promise<number> {
  const row = await ctx.sql.row<Count>(q`SELECT ${personBadge(actorOf(ctx))} AS count`, 'support.unread_for_person');
  return row?.count ?? 0;
}

/** The same for the navigation. */
export const personBadge = ({ id }: Pick<Actor, 'id'>): Sql =>
  q`coalesce((SELECT sum(unread_for_person)::int FROM threads WHERE person_id = ${id}), 0)`;
