import type { RequestHandler } from 'express';
import { Forbidden } from '../errors.ts';

const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses an unsafe request that another site may have caused: Sec-Fetch-Site must be same-origin or none; where a
 * client sends no such header, Origin must be our own host. A client that sends neither is not a browser we support.
 */
export const refuseCrossSite: RequestHandler = (req, _res, next) => {
  if (safe.has(req.method)) return next();
  const site = req.get('sec-fetch-site');
  const ours =
    site === undefined ? hostOf(req.get('origin')) === req.get('host') : site === 'same-origin' || site === 'none';
  next(ours ? undefined : new Forbidden({ key: 'errors:403.crossSite' }));
};

function hostOf(origin: string | undefined): string | null {
  return origin && URL.canParse(origin) ? new URL(origin).host : null;
}
