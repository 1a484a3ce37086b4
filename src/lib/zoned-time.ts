/** A reading of a wall clock, written as the milliseconds that UTC would have at the same reading. */
export type WallTime = number;

const HOUR = 3_600_000;
const formatters = new Map<string, Intl.DateTimeFormat>();
const instants = new Map<string, number>();

/** What the wall clock of a zone shows at an instant (milliseconds since 1970). Throws RangeError for an unknown zone. */
export function wallClock(at: number, zone: string): WallTime {
  const second = Math.floor(at / 1000) * 1000;
  const [month = 1, day = 1, year = 1970, hour = 0, minute = 0, sec = 0] = (
    formatterOf(zone).format(second).match(/\d+/g) ?? []
  ).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, sec) + (at - second);
}

/**
 * The first instant at which the zone's wall clock has reached a reading. Where clocks go back and show it twice, the
 * first time; where they jump over it, the moment of the jump. So later readings never come at earlier instants.
 */
export function firstInstantAt(wall: WallTime, zone: string): number {
  const name = `${zone} ${wall}`;
  const known = instants.get(name);
  if (known !== undefined) return known;
  const instant = findFirstInstantAt(wall, zone);
  if (instants.size >= 4096) instants.clear();
  instants.set(name, instant);
  return instant;
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

function findFirstInstantAt(wall: WallTime, zone: string): number {
  const candidates = [wall - 30 * HOUR, wall + 30 * HOUR].map((near) => wall - offsetAt(near, zone));
  const exact = candidates.filter((at) => wallClock(at, zone) === wall);
  if (exact.length) return Math.min(...exact);
  return jumpOver(wall, zone, Math.min(...candidates), Math.max(...candidates));
}

function jumpOver(wall: WallTime, zone: string, before: number, after: number): number {
  let low = before - HOUR;
  let high = after + HOUR;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (wallClock(middle, zone) >= wall) high = middle;
    else low = middle;
  }
  return high;
}

function offsetAt(at: number, zone: string): number {
  return wallClock(at, zone) - at;
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formatters.set(zone, formatter);
  }
  return formatter;
}
