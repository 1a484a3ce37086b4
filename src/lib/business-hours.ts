import { firstInstantAt, wallClock } from './zoned-time.ts';

/** The hours of one weekday, `{ from: '09:00', to: '18:00' }`; null: nobody works. They end at midnight, `24:00`, at the latest. */
export type DayHours = { from: string; to: string } | null;
/** Seven, from Monday. */
export type WeekHours = DayHours[];
/** When somebody works: by the clocks of a zone, but never on a holiday (`2026-12-31`). */
export type Calendar = { zone: string; hours: WeekHours; holidays: string[] };

const MINUTE = 60_000;
const DAY = 86_400_000;
// Nobody plans ten years ahead, and a search must end.
const farthestDays = 3660;

/** True when it is working time at this instant. */
export function isOpenAt(calendar: Calendar, at: Date): boolean {
  const [next] = spansFrom(calendar, at);
  return next !== undefined && next.opens <= at.getTime();
}

/** When work begins next, after an instant at which nobody works; null when it never does. */
export function opensAfter(calendar: Calendar, at: Date): Date | null {
  const [next] = spansFrom(calendar, at);
  return next ? new Date(Math.max(next.opens, at.getTime())) : null;
}

/** The whole seconds of working time between two instants; none where there are no hours at all. */
export function secondsBetween(calendar: Calendar, from: Date, to: Date): number {
  let worked = 0;
  for (const { opens, closes } of spansFrom(calendar, from)) {
    const [begins, ends] = [Math.max(opens, from.getTime()), Math.min(closes, to.getTime())];
    if (begins >= ends) break;
    worked += ends - begins;
  }
  return Math.floor(worked / 1000);
}

/** The instant by which so many seconds of working time have passed; null when they never do. */
export function after(calendar: Calendar, from: Date, seconds: number): Date | null {
  if (seconds <= 0) return from;
  let left = seconds * 1000;
  for (const { opens, closes } of spansFrom(calendar, from)) {
    const begins = Math.max(opens, from.getTime());
    if (begins + left <= closes) return new Date(begins + left);
    left -= closes - begins;
  }
  return null;
}

type Span = { opens: number; closes: number };

/** The stretches of work that end after an instant, one after another. */
function* spansFrom(calendar: Calendar, from: Date): Generator<Span> {
  if (!calendar.hours.some(Boolean)) return;
  const first = Math.floor(wallClock(from.getTime(), calendar.zone) / DAY) * DAY;
  for (let day = first; day <= first + farthestDays * DAY; day += DAY) {
    const span = spanOf(calendar, day);
    if (span && span.closes > from.getTime()) yield span;
  }
}

// A page of fifty threads that are a year late asks for the same days over and over.
const known = new WeakMap<Calendar, Map<number, Span | null>>();

function spanOf(calendar: Calendar, day: number): Span | null {
  const days = known.get(calendar) ?? new Map<number, Span | null>();
  known.set(calendar, days);
  const found = days.get(day);
  if (found !== undefined) return found;
  const span = findSpan(calendar, day);
  days.set(day, span);
  return span;
}

function findSpan({ zone, hours, holidays }: Calendar, day: number): Span | null {
  const today = hours[(new Date(day).getUTCDay() + 6) % 7];
  if (!today || holidays.includes(new Date(day).toISOString().slice(0, 10))) return null;
  // By the first time that the clock shows it: an hour that is shown twice does not open a department again.
  const at = (clock: string): number => firstInstantAt(day + millisecondsOf(clock), zone);
  const span = { opens: at(today.from), closes: at(today.to) };
  // The night on which clocks are put forward may swallow a short day whole.
  return span.opens < span.closes ? span : null;
}

const millisecondsOf = (clock: string): number => (Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))) * MINUTE;
