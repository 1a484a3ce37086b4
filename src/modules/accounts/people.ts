import { z } from 'zod';
import type { Ctx, SqlCtx } from '../../ctx.ts';
import { sharedRows } from '../../lib/shared-rows.ts';
import { fixed, q, type Sql, where } from '../../lib/sql.ts';
import { badgeCount, countTotal, exactly, MOST_COUNTED, type Total } from '../../lib/totals.ts';
import type { Role, Status } from '../../permissions.ts';
import { matching, type PeopleFilter, sorts } from './people-filter.ts';

export type Person = {
  id: number;
  name: string;
  email: string;
  role: Role;
  status: Status;
  confirmed: boolean;
  createdAt: Date;
  lastSeenAt: Date | null;
  /** The value that the list is sorted by, as a cursor carries it. */
  place: string;
};
export const Sort = z.enum(sorts).catch('-created');
export type Sort = z.infer<typeof Sort>;
export type PeopleCounts = { all: number; pending: number; approved: number; banned: number };

/** Where in the list to begin: beyond the person with this place and id, towards the end or the beginning. */
export type PeopleAt = { place: string; id: number; backward: boolean };

/** What a list is sorted by, as a cursor carries it, and read back from one. */
type Place = { column: Sql; text: (column: Sql) => Sql; read: (text: string) => Sql };

// The time as it stands; milliseconds in the cursor.
const ofTime = (column: Sql): Place => ({
  column,
  text: (time) => q`(extract(epoch FROM ${time}) * 1000)::bigint::text`,
  read: (text) => q`to_timestamp(${/^\d{1,14}$/.test(text) ? text : '0'}::bigint / 1000.0)`,
});
const byName: Place = { column: q`u.name_key`, text: (name) => name, read: (text) => q`${text}::text` };
const places: Record<string, Place> = {
  name: byName,
  created: ofTime(q`u.created_at`),
  // Never seen is before all.
  seen: ofTime(q`coalesce(u.last_seen_at, 'epoch')`),
};

/** Up to `size` people that the filter finds, in the order asked for (reversed when going backward). */
export function listPeople(
  ctx: SqlCtx,
  filter: PeopleFilter,
  { sort, at, size }: { sort: Sort; at: PeopleAt | null; size: number },
): Promise<Person[]> {
  const { column, text, read } = places[sort.replace('-', '')] ?? byName;
  const down = sort.startsWith('-') !== (at?.backward ?? false);
  const direction = down ? q`DESC` : q`ASC`;
  const beyond = at ? [q`(${column}, u.id) ${down ? q`<` : q`>`} (${read(at.place)}, ${at.id}::int)`] : [];
  // What is shown of a person is worked out for those found, not for all who were sorted.
  return ctx.sql.rows<Person>(q`
    SELECT u.id, u.name, u.email, u.role::text, u.status::text, u.email_confirmed_at IS NOT NULL AS confirmed,
      u.created_at AS "createdAt", u.last_seen_at AS "lastSeenAt", ${text(q`u.at`)} AS place
    FROM (SELECT u.*, ${column} AS at FROM users u ${where([...matching(ctx, filter), ...beyond])}
      ORDER BY ${column} ${direction}, u.id ${direction} LIMIT ${fixed(size)}) u
    ORDER BY u.at ${direction}, u.id ${direction}`);
}

/** How many people the filter finds, and on each tab; the tabs' numbers are left out where there are too many to count. */
export async function countPeople(
  ctx: Ctx,
  filter: PeopleFilter,
): Promise<{ total: Total; tabs: PeopleCounts | null }> {
  const everybody = q`users u ${where(matching(ctx, { ...filter, status: undefined }))}`;
  const found = await sharedRows<{ status: Status; count: number }>(
    ctx.sql,
    q`SELECT status::text, count(*)::int AS count FROM (SELECT u.status FROM ${everybody} LIMIT ${fixed(MOST_COUNTED + 1)}) AS found GROUP BY status`,
  );
  const of = (status: Status): number => found.find((one) => one.status === status)?.count ?? 0;
  const tabs = { pending: of('pending'), approved: of('approved'), banned: of('banned') };
  const all = tabs.pending + tabs.approved + tabs.banned;
  if (all <= MOST_COUNTED) return { total: exactly({ ...tabs, all }[filter.status ?? 'all']), tabs: { ...tabs, all } };
  return { total: await countTotal(ctx.sql, q`users u ${where(matching(ctx, filter))}`), tabs: null };
}

const waiting = q`users WHERE status = 'pending' AND email_confirmed_at IS NOT NULL`;

/** Applications that an admin can decide now. */
export async function waitingCount(ctx: Pick<Ctx, 'sql'>): Promise<number> {
  const row = await ctx.sql.row<{ count: number }>(
    q`SELECT count(*)::int AS count FROM ${waiting}`,
    'accounts.waiting',
  );
  return row?.count ?? 0;
}

/** The same for the navigation. */
export const waitingBadge = (): Sql => badgeCount(waiting);

/** Everybody whom the filter finds, in batches, for a file. */
export async function* peopleInBatches(ctx: SqlCtx, filter: PeopleFilter, sort: Sort): AsyncGenerator<Person[]> {
  const size = 1000;
  for (let at: PeopleAt | null = null; ; ) {
    const people: Person[] = await listPeople(ctx, filter, { sort, at, size });
    if (people.length > 0) yield people;
    const last = people.at(-1);
    if (people.length < size || !last) return;
    at = { place: last.place, id: last.id, backward: false };
  }
}

/** The ids of those chosen in a list: of these people, or of everybody whom the filter finds. */
export async function chosenIds(ctx: Ctx, chosen: { ids: number[] } | { filter: PeopleFilter }): Promise<number[]> {
  const condition = 'ids' in chosen ? [q`u.id = ANY(${chosen.ids}::int[])`] : matching(ctx, chosen.filter);
  const rows = await ctx.sql.rows<{ id: number }>(q`SELECT u.id FROM users u ${where(condition)} ORDER BY u.id`);
  return rows.map(({ id }) => id);
}
