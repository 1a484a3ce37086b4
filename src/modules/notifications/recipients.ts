import type { SqlCtx } from '../../ctx.ts';
import { q, type Sql } from '../../lib/sql.ts';
import { reachable } from '../telegram/index.ts';
import { type OutwardChannel, outward } from './channels.ts';
import { type Choices, choicesOf, isOn } from './choices.ts';
import type { StoredEvent } from './expand.ts';
import { type EventType, rolesToldOf } from './types.ts';

export type Recipient = { id: number; cabinet: boolean; outward: OutwardChannel[] };

/** Who is to hear of the event, and where, by indexes: the staff who may do something about it, or the person concerned. */
export async function recipientsOf(tx: SqlCtx, event: StoredEvent, type: EventType): Promise<Recipient[]> {
  const people = await tx.sql.rows<{ id: number }>(q`
    SELECT id FROM users WHERE ${toldOf(event, type)} AND id IS DISTINCT FROM ${event.actorId}::int ORDER BY id`);
  const ids = people.map(({ id }) => id);
  const choices = await choicesOf(tx, { userIds: ids, types: [event.type] });
  const inTelegram =
    tx.telegram.on && type.channels.telegram !== undefined ? await reachable(tx, ids) : new Set<number>();
  return ids.map((id) => whereTold(id, event.type, type, choices, inTelegram));
}

function toldOf({ personId }: StoredEvent, type: EventType): Sql {
  const roles = [...rolesToldOf(type)];
  const may = q`role = ANY(${roles}::user_role[])`;
  if ('permission' in type.told) return q`${may} AND status = 'approved'`;
  return q`id = ${personId}::int AND ${may} ${type.evenBanned ? q`` : q`AND status <> 'banned'`}`;
}

function whereTold(
  id: number,
  name: string,
  type: EventType,
  choices: Choices,
  inTelegram: ReadonlySet<number>,
): Recipient {
  const on = (channel: 'cabinet' | OutwardChannel): boolean => isOn(choices, { userId: id, name, type, channel });
  // Without a letter of its own the room writes it; in Telegram the words of the list are enough.
  const can = { email: type.letter !== undefined, telegram: inTelegram.has(id) };
  return { id, cabinet: on('cabinet'), outward: outward.filter((channel) => can[channel] && on(channel)) };
}
