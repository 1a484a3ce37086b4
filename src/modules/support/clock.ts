import { after, type Calendar, secondsBetween } from '../../lib/business-hours.ts';

/**
 * What a thread's one clock has counted: seconds of the department's hours in which the person waited for us, in all and since
 * he began to wait, up to `from`. Null: it stands, since we wait for him or nobody waits.
 */
export type Clock = { seconds: number; waited: number; from: Date | null };
/** A department's hours, and within how many minutes of them it means to answer and to settle a question. */
export type Targets = Calendar & { firstAnswerMinutes: number | null; resolutionMinutes: number | null };

/** The clock as it stands at a moment. */
export function readAt({ seconds, waited, from }: Clock, hours: Calendar, now: Date): Clock {
  const run = from ? secondsBetween(hours, from, now) : 0;
  return { seconds: seconds + run, waited: waited + run, from: from && now };
}

/** When the person will have waited longer than the department means to let him: for an answer, or in all. Null: never. */
export function dueOf({ seconds, waited, from }: Clock, targets: Targets): Date | null {
  const { firstAnswerMinutes, resolutionMinutes } = targets;
  const left = [
    ...(firstAnswerMinutes === null ? [] : [firstAnswerMinutes * 60 - waited]),
    ...(resolutionMinutes === null ? [] : [resolutionMinutes * 60 - seconds]),
  ];
  return from && left.length > 0 ? after(targets, from, Math.min(...left)) : null;
}
