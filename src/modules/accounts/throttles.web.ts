import { isIPv6 } from 'node:net';
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

// One customer gets a whole /64 of IPv6: to count its addresses one by one would be to count nothing.
function networkOf(ip: string | null): string {
  if (!ip || !isIPv6(ip) || ip.startsWith('::ffff:')) return ip ?? 'unknown';
  const [head = '', tail] = ip.split('::');
  const groups = head ? head.split(':') : [];
  const rest = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill('0');
  return `${[...groups, ...zeros, ...rest].slice(0, 4).join(':')}::/64`;
}

/** The same for an act that comes from the request's address. */
export const limitAddress = (ctx: Ctx, rule: Throttle): Promise<void> =>
  limitTries(ctx, rule, networkOf(ctx.origin.ip));
