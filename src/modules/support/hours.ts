import { wallClock } from '../../lib/zoned-time.ts';

/** The hours of one weekday; null: nobody answers. */
export type DayHours = { from: string; to: string } | null;
/** Seven, from Monday. */
export type WeekHours = DayHours[];
export type Calendar = { zone: string; hours: WeekHours; holidays: string[] };

/** True when a department answers at this instant, by its own clock. */
export function isOpenAt({ zone, hours, holidays }: Calendar, at: Date): boolean {
  const local = new Date(wallClock(at.getTime(), zone)).toISOString();
  const day = local.slice(0, 10);
  const time = local.slice(11, 16);
  const today = hours[(new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7] ?? null;
  if (!today || holidays.includes(day)) return false;
  return time >= today.from && time < today.to;
}

/** Whether there is such a time zone here. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
