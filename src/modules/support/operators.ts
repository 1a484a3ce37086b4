import { actorOf, type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { NotFound } from '../../errors.ts';
import { sharedRows } from '../../lib/shared-rows.ts';
import { q, type Sql } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';

export type Presence = 'online' | 'away' | 'offline';
export type Operator = {
  id: number;
  name: string;
  /** How many people may wait for him at once before new threads go to others. */
  capacity: number;
  acceptsNew: boolean;
  seenAt: Date | null;
  presence: Presence;
  open: number;
  departments: string[];
};

/** How long ago a page was last seen open decides; nobody switches presence on or off. */
export const onlineSeconds = 90;
export const awaySeconds = 15 * 60;

/** The users `u` who may answer: the same roles that hold staff:threads:answer. */
export const isAnswering: Sql = q`(u.role IN ('support', 'admin') AND u.status = 'approved')`;

/** Who may answer and where he is now; what he has on his hands is counted by `listOperators`. */
export type Colleague = Pick<Operator, 'id' | 'name' | 'acceptsNew' | 'seenAt' | 'presence'>;

/** Everybody who may answer: for the pages that name them by the dozen. */
export async function listColleagues(ctx: SqlCtx): Promise<Colleague[]> {
  const found = await sharedRows<Omit<Colleague, 'presence'>>(
    ctx.sql,
    q`SELECT u.id, u.name, coalesce(o.accepts_new, true) AS "acceptsNew", p.seen_at AS "seenAt"
      FROM users u LEFT JOIN operators o ON o.user_id = u.id LEFT JOIN operator_presence p ON p.user_id = u.id
      WHERE ${isAnswering} ORDER BY u.name_key`,
    'support.colleagues',
  );
  return found.map((one) => ({ ...one, presence: presenceOf(one.seenAt, ctx.now) }));
}

/** Everybody who may answer, with his load, for choosing and for the administrator. */
export async function listOperators(ctx: SqlCtx): Promise<Operator[]> {
  const found = await ctx.sql.rows<Omit<Operator, 'presence'>>(
    q`SELECT u.id, u.name, coalesce(o.capacity, 10) AS capacity, coalesce(o.accepts_new, true) AS "acceptsNew", p.seen_at AS "seenAt",
        (SELECT count(*)::int FROM threads t WHERE t.assignee_id = u.id AND t.queue_rank < 2) AS open,
        ARRAY(SELECT d.name FROM department_operators m JOIN departments d ON d.id = m.department_id
          WHERE m.user_id = u.id ORDER BY d.name_key) AS departments
      FROM users u LEFT JOIN operators o ON o.user_id = u.id LEFT JOIN operator_presence p ON p.user_id = u.id
      WHERE ${isAnswering} ORDER BY u.name_key`,
    'support.operators',
  );
  return found.map((one) => ({ ...one, presence: presenceOf(one.seenAt, ctx.now) }));
}

function presenceOf(seenAt: Date | null, now: Date): Presence {
  const age = seenAt ? (now.getTime() - seenAt.getTime()) / 1000 : Number.POSITIVE_INFINITY;
  if (age <= onlineSeconds) return 'online';
  return age <= awaySeconds ? 'away' : 'offline';
}

/** How many threads an operator may have at once, and whether new ones may come to him by themselves. */
export const changeOperator = (
  ctx: Ctx,
  id: number,
  change: { capacity: number; acceptsNew: boolean },
): Promise<void> => setOperator(ctx, id, q`capacity = ${change.capacity}, accepts_new = ${change.acceptsNew}`, change);

/** The actor's own switch: new threads come to him by themselves, or not. */
export const acceptNew = (ctx: Ctx, acceptsNew: boolean): Promise<void> =>
  setOperator(ctx, actorOf(ctx).id, q`accepts_new = ${acceptsNew}`, { acceptsNew });

async function setOperator(ctx: Ctx, id: number, to: Sql, details: object): Promise<void> {
  await inSqlTransaction(ctx, async (tx) => {
    const user = await tx.sql.row(q`SELECT u.id FROM users u WHERE u.id = ${id} AND ${isAnswering}`);
    if (!user) throw new NotFound();
    await tx.sql.run(q`INSERT INTO operators (user_id) VALUES (${id}) ON CONFLICT DO NOTHING`);
    await tx.sql.run(q`UPDATE operators SET ${to} WHERE user_id = ${id}`);
    await record(tx, {
      action: 'operator.changed',
      subject: { type: 'user', id },
      userId: id,
      details: { ...details },
    });
  });
}

/** A page of the actor is open now. Written a few times a minute at most, however many pages he has. */
export const beHere = (ctx: SqlCtx): Promise<number> =>
  ctx.sql.run(
    q`INSERT INTO operator_presence (user_id, seen_at) VALUES (${actorOf(ctx).id}, ${ctx.now})
      ON CONFLICT (user_id) DO UPDATE SET seen_at = excluded.seen_at
      WHERE operator_presence.seen_at < excluded.seen_at - interval '20 seconds'`,
    'support.be_here',
  );
