import { firstInstantAt, wallClock } from './zoned-time.ts';

/** When a person wants no letters: from one minute of the day until another, by the clocks of a zone. It may span midnight. */
export type QuietHours = { fromMinute: number; untilMinute: number; zone: string };

const MINUTE = 60_000;
const DAY = 86_400_000;

/** When the quiet that holds at this instant ends; null when it does not hold. */
export function quietUntil(instant: Date, { fromMinute, untilMinute, zone }: QuietHours): Date | null {
  const wall = wallClock(instant.getTime(), zone);
  const midnight = Math.floor(wall / DAY) * DAY;
  const minute = Math.floor((wall - midnight) / MINUTE);
  const spansMidnight = fromMinute > untilMinute;
  const [begun, notEnded] = [minute >= fromMinute, minute < untilMinute];
  if (!(spansMidnight ? begun || notEnded : begun && notEnded)) return null;
  const end = midnight + untilMinute * MINUTE;
  return new Date(firstInstantAt(end > wall ? end : end + DAY, zone));
}

/** `07:30` as a minute of the day; null when it is none. */
export function minuteOf(clock: string): number | null {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(clock) ?? [];
  return hours === undefined ? null : Number(hours) * 60 + Number(minutes);
}

/** A minute of the day as `07:30`. */
export const clockOf = (minute: number): string =>
  [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
