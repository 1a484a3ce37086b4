import type { Locale, SqlCtx } from '../../ctx.ts';
import { type QuietHours, quietUntil } from '../../lib/quiet-hours.ts';
import { q } from '../../lib/sql.ts';
import type { Role, Status } from '../../permissions.ts';
import type { OutwardChannel } from './channels.ts';
import { choicesOf, isOn } from './choices.ts';
import { type EventName, eventTypes } from './types.ts';

export type Person = {
  id: number;
  email: string;
  emailConfirmed: boolean;
  locale: Locale;
  role: Role;
  status: Status;
  quiet: QuietHours | null;
};

type Row = Omit<Person, 'id' | 'quiet' | 'locale'> & { locale: string } & QuietHours;

/** Whom a letter goes to, with the hours in which none should. */
export async function personOf(tx: SqlCtx, userId: number): Promise<Person> {
  const row = await tx.sql.row<Row>(q`
    SELECT u.email, u.email_confirmed_at IS NOT NULL AS "emailConfirmed", u.locale, u.role::text, u.status::text,
      h.from_minute AS "fromMinute", h.until_minute AS "untilMinute", h.zone
    FROM users u LEFT JOIN quiet_hours h ON h.user_id = u.id WHERE u.id = ${userId}`);
  if (!row) throw new Error(`There is no user ${userId}`);
  const { email, emailConfirmed, locale, role, status, ...quiet } = row;
  return {
    id: userId,
    email,
    emailConfirmed,
    locale: locale === 'en' ? 'en' : 'ru',
    role,
    status,
    quiet: quiet.zone === null ? null : quiet,
  };
}

export type Asked = { type: EventName; channel: OutwardChannel; userIds: number[] };
export type Willing = { now: Set<number>; later: Set<number> };

/**
 * Who wants such a letter, for a room that writes its own: `now`, or `later`, when the quiet hours are over. Everybody else has
 * switched it off.
 */
export async function whoWants(ctx: SqlCtx, { type, channel, userIds }: Asked): Promise<Willing> {
  const choices = await choicesOf(ctx, { userIds, types: [type] });
  const quiet = await ctx.sql.rows<QuietHours & { userId: number }>(q`
    SELECT user_id AS "userId", from_minute AS "fromMinute", until_minute AS "untilMinute", zone
    FROM quiet_hours WHERE user_id = ANY(${userIds}::int[])`);
  const later = new Set(quiet.filter((hours) => quietUntil(ctx.now, hours)).map(({ userId }) => userId));
  const willing = userIds.filter((userId) => isOn(choices, { userId, name: type, type: eventTypes[type], channel }));
  return {
    now: new Set(willing.filter((id) => !later.has(id))),
    later: new Set(willing.filter((id) => later.has(id))),
  };
}
