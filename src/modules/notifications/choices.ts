import type { SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import type { Channel } from './channels.ts';
import type { EventType } from './types.ts';

/** What people and the house have chosen, by `user type channel`; user 0 is the house. */
export type Choices = ReadonlyMap<string, boolean>;
type Row = { userId: number; type: string; channel: string; enabled: boolean };

const keyOf = (userId: number, type: string, channel: string): string => `${userId} ${type} ${channel}`;

/** The switches of these people, and of the house. */
export async function choicesOf(
  ctx: Pick<SqlCtx, 'sql'>,
  { userIds, types }: { userIds: number[]; types: readonly string[] },
): Promise<Choices> {
  const rows = await ctx.sql.rows<Row>(q`
    SELECT 0 AS "userId", type, channel, enabled FROM notification_defaults WHERE type = ANY(${[...types]}::text[])
    UNION ALL
    SELECT user_id, type, channel, enabled FROM notification_switches
    WHERE user_id = ANY(${userIds}::int[]) AND type = ANY(${[...types]}::text[])`);
  return new Map(rows.map(({ userId, type, channel, enabled }) => [keyOf(userId, type, channel), enabled]));
}

type Asked = { userId: number; name: string; type: EventType; channel: Channel };

/** Whether the person hears of it there: his own word, or the house's, or the code's. */
export function isOn(choices: Choices, { userId, name, type, channel }: Asked): boolean {
  const byCode = type.channels[channel];
  if (byCode === undefined) return false;
  if (type.fixed) return byCode;
  return choices.get(keyOf(userId, name, channel)) ?? choices.get(keyOf(0, name, channel)) ?? byCode;
}
