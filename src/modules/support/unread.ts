import { actorOf, type SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';

type Count = { count: number };

/** How many threads wait for an answer. */
export async function unreadForStaff(ctx: SqlCtx): Promise<number> {
  const row = await ctx.sql.row<Count>(
    q`SELECT count(*)::int AS count FROM threads WHERE unread_for_staff > 0`,
    'support.unread_for_staff',
  );
  return row?.count ?? 0;
}

/** How many answers the actor has not read. */
export async function unreadForPerson(ctx: SqlCtx): Promise<number> {
  const row = await ctx.sql.row<Count>(
    q`SELECT unread_for_person AS count FROM threads WHERE person_id = ${actorOf(ctx).id}`,
    'support.unread_for_person',
  );
  return row?.count ?? 0;
}
