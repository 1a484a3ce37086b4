import { z } from 'zod';
import type { Ctx, SqlCtx } from '../../ctx.ts';
import { q, type Sql, where } from '../../lib/sql.ts';
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
type Place = { column: Sql; text: Sql; read: (text: string) => Sql };

// The time as it stands, so that no row is formatted to be sorted; milliseconds in the cursor. Never seen is before all.
function ofTime(time: Sql): Place {
  const column = q`coalesce(${time}, 'epoch')`;
  return {
    column,
    text: q`(extract(epoch FROM ${column}) * 1000)::bigint::text`,
    read: (text) => q`to_timestamp(${/^\d{1,14}$/.test(text) ? text : '0'}::bigint / 1000.0)`,
  };
}
const byName: Place = { column: q`u.name_key`, text: q`u.name_key`, read: (text) => q`${text}::text` };
const places: Record<string, Place> = {
  name: byName,
  created: ofTime(q`u.created_at`),
  seen: ofTime(q`u.last_seen_at`),
};

/** Up to `size` people that the filter finds, in the order asked for (reversed when going backward). */
export function listPeople(
  ctx: SqlCtx,
  filter: PeopleFilter,
  { sort, at, size }: { sort: Sort; at: PeopleAt | null; size: number },
): Promise<Person[]> {
  const { column, text, read } = places[sort.replace('-', '')] ?? byName;
  const down = sort.startsWith('-') !== (at?.backward ?? false);
  const beyond = at ? [q`(${column}, u.id) ${down ? q`<` : q`>`} (${read(at.place)}, ${at.id}::int)`] : [];
  return ctx.sql.rows<Person>(q`
    SELECT u.id, u.name, u.email, u.role::text, u.status::text, u.email_confirmed_at IS NOT NULL AS confirmed,
      u.created_at AS "createdAt", u.last_seen_at AS "lastSeenAt", ${text} AS place
    FROM users u ${where([...matching(ctx, filter), ...beyond])}
    ORDER BY ${down ? q`${column} DESC, u.id DESC` : q`${column}, u.id`} LIMIT ${size}`);
}

/** How many people the filter finds, and on each tab; the tabs' numbers are left out where there are too many to count. */
export async function countPeople(
  ctx: Ctx,
  filter: PeopleFilter,
): Promise<{ total: Total; tabs: PeopleCounts | null }> {
  const tabs = await ctx.sql.row<PeopleCounts>(q`
    SELECT count(*)::int AS all, count(*) FILTER (WHERE status = 'pending')::int AS pending,
      count(*) FILTER (WHERE status = 'approved')::int AS approved, count(*) FILTER (WHERE status = 'banned')::int AS banned
    FROM (SELECT u.status FROM users u ${where(matching(ctx, { ...filter, status: undefined }))} LIMIT ${MOST_COUNTED + 1}) AS found`);
  if (tabs && tabs.all <= MOST_COUNTED) return { total: exactly(tabs[filter.status ?? 'all']), tabs };
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
