import type { SqlCtx } from '../../ctx.ts';
import { firstInstantAt, wallClock } from '../../lib/zoned-time.ts';
import type { Pause } from './schemas.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const morning = 9 * HOUR;
const evening = 18 * HOUR;

/** When what is put off comes back: in an hour, this or the next evening at six, the next morning at nine, in a week. */
export function endOf(pause: Pause, { now, clock }: Pick<SqlCtx, 'now' | 'clock'>): Date {
  if (pause === 'hour') return new Date(now.getTime() + HOUR);
  const wall = wallClock(now.getTime(), clock.zone);
  const today = Math.floor(wall / DAY) * DAY;
  const at = { evening: today + evening, morning: today + morning, week: today + 7 * DAY + morning }[pause];
  return new Date(firstInstantAt(at > wall ? at : at + DAY, clock.zone));
}
