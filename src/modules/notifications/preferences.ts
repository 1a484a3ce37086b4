import { actorOf, type Ctx, inTransaction, type SqlCtx } from '../../ctx.ts';
import type { QuietHours } from '../../lib/quiet-hours.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { type Channel, channels, channelsFor } from './channels.ts';
import { type Choices, choicesOf, isOn } from './choices.ts';
import { type EventName, eventNames, eventTypes, type Kind, namesFor, typeOf } from './types.ts';

/** One type with its switches; null: it is not told there. */
export type SwitchRow = {
  name: EventName;
  kind: Kind;
  icon: string;
  fixed: boolean;
  on: Record<Channel, boolean | null>;
};
/** What a form of switches says is on: `type channel`. */
export type Ticked = ReadonlySet<string>;

const HOUSE = 0;

/** The actor's switches: one row for each type that may reach him. */
export async function listSwitches(ctx: SqlCtx): Promise<SwitchRow[]> {
  const { id, role } = actorOf(ctx);
  return rowsOf(
    namesFor(role),
    id,
    await choicesOf(ctx, { userIds: [id], types: eventNames }),
    await channelsFor(ctx, id),
  );
}

/** What holds for whoever has not chosen. */
export async function listDefaults(ctx: SqlCtx): Promise<SwitchRow[]> {
  return rowsOf(
    eventNames,
    HOUSE,
    await choicesOf(ctx, { userIds: [], types: eventNames }),
    await channelsFor(ctx, null),
  );
}

function rowsOf(names: EventName[], userId: number, choices: Choices, shown: Channel[]): SwitchRow[] {
  return names.map((name) => {
    const type = typeOf(name) ?? eventTypes[name];
    const on = (channel: Channel) =>
      shown.includes(channel) && channel in type.channels ? isOn(choices, { userId, name, type, channel }) : null;
    return {
      name,
      kind: type.kind,
      icon: type.icon,
      fixed: 'fixed' in type,
      on: Object.fromEntries(channels.map((channel) => [channel, on(channel)])) as SwitchRow['on'],
    };
  });
}

/** Keeps what the actor has changed; what he left as it was goes on following the house. */
export function setSwitches(ctx: Ctx, ticked: Ticked): Promise<number> {
  return inTransaction(ctx, async (tx) => {
    const changed = changedIn(await listSwitches(tx), ticked);
    for (const { name, channel, enabled } of changed) {
      await tx.sql.run(q`
        INSERT INTO notification_switches (user_id, type, channel, enabled)
        VALUES (${actorOf(tx).id}, ${name}, ${channel}, ${enabled})
        ON CONFLICT (user_id, type, channel) DO UPDATE SET enabled = excluded.enabled`);
    }
    return changed.length;
  });
}

/** Sets what holds for whoever has not chosen, and writes who did it. */
export function setDefaults(ctx: Ctx, ticked: Ticked): Promise<number> {
  return inTransaction(ctx, async (tx) => {
    const changed = changedIn(await listDefaults(tx), ticked);
    for (const { name, channel, enabled } of changed) {
      await tx.sql.run(q`
        INSERT INTO notification_defaults (type, channel, enabled) VALUES (${name}, ${channel}, ${enabled})
        ON CONFLICT (type, channel) DO UPDATE SET enabled = excluded.enabled`);
      await record(tx, {
        action: 'notification.default_changed',
        details: { type: name, channel, before: !enabled, after: enabled },
      });
    }
    return changed.length;
  });
}

function changedIn(rows: SwitchRow[], ticked: Ticked) {
  return rows.flatMap(({ name, fixed, on }) =>
    channels.flatMap((channel) => {
      const enabled = ticked.has(`${name} ${channel}`);
      return fixed || on[channel] === null || on[channel] === enabled ? [] : [{ name, channel, enabled }];
    }),
  );
}

/** The actor's quiet hours, or null. */
export async function quietHours(ctx: SqlCtx): Promise<QuietHours | null> {
  const row = await ctx.sql.row<QuietHours>(q`
    SELECT from_minute AS "fromMinute", until_minute AS "untilMinute", zone FROM quiet_hours WHERE user_id = ${actorOf(ctx).id}`);
  return row ?? null;
}

/** Sets the actor's quiet hours; null: none. */
export async function setQuietHours(ctx: Ctx, hours: QuietHours | null): Promise<void> {
  const { id } = actorOf(ctx);
  if (!hours) {
    await ctx.sql.run(q`DELETE FROM quiet_hours WHERE user_id = ${id}`);
    return;
  }
  await ctx.sql.run(q`
    INSERT INTO quiet_hours (user_id, from_minute, until_minute, zone)
    VALUES (${id}, ${hours.fromMinute}, ${hours.untilMinute}, ${hours.zone})
    ON CONFLICT (user_id) DO UPDATE SET from_minute = excluded.from_minute, until_minute = excluded.until_minute, zone = excluded.zone`);
}
