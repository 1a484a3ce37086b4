import type { Ctx } from '../../ctx.ts';
import { TooMany } from '../../errors.ts';
import { type Throttle, throttle } from '../../web/throttle.ts';
import { noteThrottled } from './sign-in.ts';

/** Counts a try; the first one past the limit is a security event of the journal, the rest would only fill it. */
export async function limitTries(ctx: Ctx, rule: Throttle, whom: string): Promise<void> {
  try {
    await throttle(ctx, rule, whom);
  } catch (error) {
    if (error instanceof TooMany && error.first) await noteThrottled(ctx, rule.what, whom);
    throw error;
  }
}

/** The same for an act that comes from the request's address. */
export const limitAddress = (ctx: Ctx, rule: Throttle): Promise<void> =>
  limitTries(ctx, rule, ctx.origin.ip ?? 'unknown');
