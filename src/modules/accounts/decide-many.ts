import { actorOf, type Ctx } from '../../ctx.ts';
import { Refusal } from '../../errors.ts';
import { q } from '../../lib/sql.ts';
import { approveUser, type Ban, banUser } from './decide.ts';
import { chosenIds } from './people.ts';
import type { PeopleFilter } from './people-filter.ts';

export type Chosen = { ids: number[] } | { filter: PeopleFilter };
export type Approved = { done: number; unconfirmed: number };

/**
 * Approves every pending person among those chosen, each in a transaction of his own: a list that is cut short is continued by
 * pressing again. Says how many were left because their address is not confirmed.
 */
export async function approveUsers(ctx: Ctx, chosen: Chosen): Promise<Approved> {
  const pending = await among(ctx, chosen, 'pending');
  const result = { done: 0, unconfirmed: 0 };
  for (const { id, confirmed } of pending) {
    if (!confirmed) result.unconfirmed += 1;
    else if (await unlessDecided(approveUser(ctx, id))) result.done += 1;
  }
  return result;
}

/** Bans everybody among those chosen who is not banned yet, except the actor. */
export async function banUsers(ctx: Ctx, chosen: Chosen, ban: Ban): Promise<{ done: number }> {
  const others = await among(ctx, chosen, 'not banned');
  let done = 0;
  for (const { id } of others) {
    await banUser(ctx, id, ban);
    done += 1;
  }
  return { done };
}

async function among(ctx: Ctx, chosen: Chosen, status: 'pending' | 'not banned') {
  const ids = await chosenIds(ctx, chosen);
  if (ids.length === 0) throw new Refusal('accounts:errors.nobodyChosen');
  const inStatus = status === 'pending' ? q`status = 'pending'` : q`status <> 'banned'`;
  return ctx.sql.rows<{ id: number; confirmed: boolean }>(q`
    SELECT id, email_confirmed_at IS NOT NULL AS confirmed FROM users
    WHERE id = ANY(${ids}::int[]) AND id <> ${actorOf(ctx).id} AND ${inStatus} ORDER BY id`);
}

/** False when somebody else banned the person a moment ago. */
async function unlessDecided(approval: Promise<void>): Promise<boolean> {
  try {
    await approval;
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
