import { z } from 'zod';
import { Checkbox, listOf } from '../../lib/fields.ts';
import { minuteOf } from '../../lib/quiet-hours.ts';
import { isZone } from '../../lib/zoned-time.ts';
import { shows } from './queries.ts';
import { kinds } from './types.ts';

const KindFilter = z.enum(kinds).optional().catch(undefined);

export const Wanted = z.object({ show: z.enum(shows).catch('new').default('new'), kind: KindFilter });
export const AllOf = z.object({ kind: KindFilter });
export const Back = z.object({ back: z.string().max(2000).optional().catch(undefined) });

export const pauses = ['hour', 'evening', 'morning', 'week'] as const;
export type Pause = (typeof pauses)[number];
export const Snooze = z.object({ until: z.enum(pauses).catch('morning').default('morning') });

/** Every ticked box of a form of switches: `type channel`. */
export const Switches = z.object({ on: listOf(z.string().max(100)) }).transform(({ on }) => new Set(on));

/** Zones of those who work with us, from west to east; the house's own joins them. */
export const zones = [
  'Europe/Kaliningrad',
  'Europe/Moscow',
  'Europe/Samara',
  'Asia/Yekaterinburg',
  'Asia/Omsk',
  'Asia/Novosibirsk',
  'Asia/Irkutsk',
  'Asia/Yakutsk',
  'Asia/Vladivostok',
  'Asia/Magadan',
  'Asia/Kamchatka',
];

const Clock = z
  .string()
  .trim()
  .transform((text, ctx) => {
    const minute = minuteOf(text);
    if (minute === null) ctx.addIssue({ code: 'custom', message: 'notifications:errors.time' });
    return minute ?? 0;
  });

/** Hours without letters: off, or from a minute of the day until another one. */
export const Quiet = z
  .object({
    quiet: Checkbox,
    from: Clock,
    until: Clock,
    zone: z.string().refine(isZone, 'notifications:errors.zone'),
  })
  .refine(({ quiet, from, until }) => !quiet || from !== until, {
    path: ['until'],
    message: 'notifications:errors.sameTime',
  })
  .transform(({ quiet, from, until, zone }) => (quiet ? { fromMinute: from, untilMinute: until, zone } : null));
