import type { RequestHandler } from 'express';
import { NotFound } from '../errors.ts';

/** PostgreSQL keeps no NUL, and no address or field of ours has one: such an address does not exist. */
export const refuseNuls: RequestHandler = (req, _res, next) => {
  next(req.url.includes('%00') ? new NotFound() : undefined);
};

/** Takes the NULs out of a form's fields. A multipart form has its own reader, which does the same. */
export const dropNuls: RequestHandler = (req, _res, next) => {
  if (req.body) req.body = withoutNuls(req.body);
  next();
};

/** The same text, list or fields without NULs, prototype and all left behind. */
export function withoutNuls(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '');
  if (Array.isArray(value)) return value.map(withoutNuls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutNuls(one)]));
}
