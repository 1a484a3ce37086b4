import { z } from 'zod';
import type { Ctx } from '../../ctx.ts';
import { likeText, q, type Sql } from '../../lib/sql.ts';

const choice = <T extends string>(values: readonly T[]) => z.enum(values).optional().catch(undefined);

export const statuses = ['pending', 'approved', 'banned'] as const;
export const roles = ['user', 'support', 'admin'] as const;
export const activities = ['today', 'week', 'month', 'never'] as const;
export const sorts = ['name', '-name', 'created', '-created', 'seen', '-seen'] as const;

/** What the list of people may be narrowed by, as it stands in the address. What does not parse is left out. */
export const PeopleFilter = z.object({
  status: choice(statuses),
  role: choice(roles),
  activity: choice(activities),
  confirmed: choice(['yes', 'no'] as const),
  q: z.string().trim().max(200).optional().catch(undefined),
});
export type PeopleFilter = z.infer<typeof PeopleFilter>;

/** The conditions on `users u`; the list, its counts, bulk acts and the export all use this one. */
export function matching(ctx: Pick<Ctx, 'now'>, filter: PeopleFilter): Sql[] {
  const conditions: Sql[] = [];
  if (filter.status) conditions.push(q`u.status = ${filter.status}::user_status`);
  if (filter.role) conditions.push(q`u.role = ${filter.role}::user_role`);
  if (filter.activity) conditions.push(activityIs(ctx.now, filter.activity));
  if (filter.confirmed) {
    conditions.push(filter.confirmed === 'yes' ? q`u.email_confirmed_at IS NOT NULL` : q`u.email_confirmed_at IS NULL`);
  }
  if (filter.q) conditions.push(mentions(filter.q));
  return conditions;
}

function activityIs(now: Date, activity: (typeof activities)[number]): Sql {
  if (activity === 'never') return q`u.last_seen_at IS NULL`;
  const days = { today: 1, week: 7, month: 30 }[activity];
  return q`u.last_seen_at >= ${new Date(now.getTime() - days * 86_400_000)}`;
}

function mentions(words: string): Sql {
  const text = `%${likeText(words.toLowerCase())}%`;
  const found = q`u.name_key LIKE ${text} OR u.email LIKE ${text}`;
  const id = /^#?(\d{1,9})$/.exec(words)?.[1];
  return id ? q`(${found} OR u.id = ${Number(id)})` : q`(${found})`;
}
