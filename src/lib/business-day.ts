import { firstInstantAt, wallClock } from './zoned-time.ts';

/** A day of the business, `YYYY-MM-DD`. It ends at `endsAt`, so it is not the calendar's day. */
export type BusinessDay = string & { readonly __brand: 'BusinessDay' };
/** Where and when a business day ends; `00:00` and `24:00` both make it the calendar's day. */
export type BusinessClock = { zone: string; endsAt: string };
export type Period = 'day' | 'week' | 'lifetime';

export const DEFAULT_CLOCK: BusinessClock = { zone: 'Europe/Moscow', endsAt: '20:00' };

const DAY = 86_400_000;

/** The business day that an instant counts for: what is done at or after `endsAt` counts for the next day. */
export function businessDayOf(instant: Date, clock: BusinessClock): BusinessDay {
  const at = instant.getTime();
  if (Number.isNaN(at)) throw new RangeError('An invalid date has no business day');
  const { zone, endsAt, from, until } = known;
  if (at >= from && at < until && zone === clock.zone && endsAt === clock.endsAt) return known.day;
  const day = findDay(at, clock);
  const bounds = businessDayBounds(day, clock);
  known = { zone: clock.zone, endsAt: clock.endsAt, from: bounds.from.getTime(), until: bounds.until.getTime(), day };
  return day;
}

// Nearly every question of an hour is about the same day, and wall clocks are slow to read.
let known = { zone: '', endsAt: '', from: 0, until: 0, day: '' as BusinessDay };

function findDay(at: number, clock: BusinessClock): BusinessDay {
  let day = formatDay(wallClock(at, clock.zone));
  while (at >= endOf(day, clock)) day = addDays(day, 1);
  while (at < endOf(addDays(day, -1), clock)) day = addDays(day, -1);
  return day;
}

/** The instants of a business day, half-open: `from` belongs to it, `until` to the next. Lengths differ where clocks change. */
export function businessDayBounds(day: BusinessDay, clock: BusinessClock): { from: Date; until: Date } {
  return { from: new Date(endOf(addDays(day, -1), clock)), until: new Date(endOf(day, clock)) };
}

/** The bounds of several days in a row, half-open, from the beginning of the first to the end of the last. */
export function businessDaysBounds(
  from: BusinessDay,
  to: BusinessDay,
  clock: BusinessClock,
): { from: Date; until: Date } {
  return { from: businessDayBounds(from, clock).from, until: businessDayBounds(to, clock).until };
}

export function addDays(day: BusinessDay, days: number): BusinessDay {
  return formatDay(Date.parse(`${day}T00:00:00Z`) + days * DAY);
}

/** The last `length` days up to this one, oldest first. */
export function lastDays(day: BusinessDay, length: number): BusinessDay[] {
  const first = Date.parse(`${day}T00:00:00Z`) - (length - 1) * DAY;
  return Array.from({ length }, (_, i) => formatDay(first + i * DAY));
}

/** The week of a day, Monday to Sunday, both included. */
export function weekOf(day: BusinessDay): { from: BusinessDay; to: BusinessDay } {
  const sinceMonday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  const from = addDays(day, -sinceMonday);
  return { from, to: addDays(from, 6) };
}

/** The days over which a limit counts, both included; a limit for life has no ends. */
export function periodOf(period: Period, day: BusinessDay): { from: BusinessDay | null; to: BusinessDay | null } {
  if (period === 'lifetime') return { from: null, to: null };
  return period === 'week' ? weekOf(day) : { from: day, to: day };
}

/** When a limit begins anew after `instant`; null for a limit for life. */
export function renewsAt(period: Period, instant: Date, clock: BusinessClock): Date | null {
  const { to } = periodOf(period, businessDayOf(instant, clock));
  return to && businessDayBounds(to, clock).until;
}

/** Reads `YYYY-MM-DD` from a form or an address; null when there is no such day. */
export function parseBusinessDay(text: string): BusinessDay | null {
  // A year of four digits is still one after some days are taken away.
  if (!/^[12]\d{3}-\d{2}-\d{2}$/.test(text)) return null;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && formatDay(at) === text ? (text as BusinessDay) : null;
}

function endOf(day: BusinessDay, clock: BusinessClock): number {
  return firstInstantAt(Date.parse(`${day}T00:00:00Z`) + endOffset(clock.endsAt), clock.zone);
}

function endOffset(endsAt: string): number {
  const [, hours = '', minutes = ''] = /^([01]\d|2[0-4]):([0-5]\d)$/.exec(endsAt) ?? [];
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
  if (!hours || offset > DAY) throw new RangeError(`A business day cannot end at "${endsAt}"`);
  return offset || DAY;
}

function formatDay(wall: number): BusinessDay {
  return new Date(wall).toISOString().slice(0, 10) as BusinessDay;
}
