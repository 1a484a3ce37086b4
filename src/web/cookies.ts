import type { RequestHandler } from 'express';

declare global {
  namespace Express {
    interface Request {
      cookies: Record<string, string | undefined>;
    }
  }
}

/** Reads the small preference cookies (language, theme). The session's own cookie is express-session's affair. */
export const readCookies: RequestHandler = (req, _res, next) => {
  const pairs = (req.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  req.cookies = Object.fromEntries(pairs.map(([name = '', value = '']) => [name, value]));
  next();
};
