import { after, type Calendar, secondsBetween } from '../../src/lib/business-hours.ts';
import type { Random } from './random.ts';

type Said = readonly [from: 'person' | 'staff', text: string];

/** A day of the desk, in seconds of its hours. */
const workingDay = 9 * 3600;

/** The moment before `now` by so many seconds of a department's hours. */
export function workedAgo(calendar: Calendar, now: Date, seconds: number): Date {
  const from = new Date(now.getTime() - 100 * 86_400_000);
  return after(calendar, from, secondsBetween(calendar, from, now) - seconds) ?? from;
}

/**
 * When each line of a conversation was said, `ago` working days before now, and when it ended: people are answered within two to twenty
 * minutes, and everything falls within the hours.
 */
export function timesOf(lines: readonly Said[], ago: number, calendar: Calendar, now: Date, random: Random) {
  const offsets: number[] = [];
  let passed = 0;
  for (const [n, [from]] of lines.entries()) {
    if (n > 0) passed += pauseBefore(from, lines[n - 1]?.[0], random);
    offsets.push(passed);
  }
  const ends = passed + (lines.at(-1)?.[0] === 'staff' ? 0 : random.between(60, 400));
  const left = ago === 0 ? random.between(400, 2400) : ago * workingDay + random.between(0, 10_800);
  const at = (offset: number): Date => workedAgo(calendar, now, left + ends - offset);
  return { times: offsets.map(at), end: at(ends) };
}

function pauseBefore(from: Said[0], previous: Said[0] | undefined, random: Random): number {
  if (from === previous) return random.between(40, 120);
  return from === 'staff' ? random.between(120, 1200) : random.between(60, 900);
}
