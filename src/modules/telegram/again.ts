import type { SqlCtx } from '../../ctx.ts';

/** When to try again: when Telegram has said, which is no failure, or later with each failure (5 s, 10 s, 20 s …). */
export type Again = { seconds: number } | 'failed';

/** In how many seconds that is, after so many failures. */
export const secondsUntil = (again: Again, failures: number): number =>
  again === 'failed' ? 5 * 2 ** failures : again.seconds;

/** Whoever has been at one part of an answer, or at one change of it, for so long is dead. */
export const staleMinutes = 5;

export const minutesAgo = ({ now }: SqlCtx, minutes: number): Date => new Date(now.getTime() - minutes * 60_000);
