import connectPgSimple from 'connect-pg-simple';
import type { Request } from 'express';
import session from 'express-session';
import type { Pool } from 'pg';

const twoWeeks = 14 * 24 * 3600 * 1000;

declare module 'express-session' {
  interface SessionData {
    /** The user's session epoch at login: an older one means that the session is over. */
    epoch?: number;
    startedAt?: string;
    ip?: string;
    userAgent?: string;
  }
}

/** Sessions in PostgreSQL. Nothing is written for a visitor who has nothing to remember. */
export function sessions({ pool, secret, secure }: { pool: Pool; secret: string; secure: boolean }) {
  const Store = connectPgSimple(session);
  return session({
    store: new Store({ pool, tableName: 'sessions', pruneSessionInterval: false }),
    name: secure ? '__Host-sid' : 'sid',
    secret,
    resave: false,
    saveUninitialized: false,
    rolling: false,
    cookie: { httpOnly: true, sameSite: 'lax', secure, path: '/', maxAge: twoWeeks },
  });
}

/** The epoch that this request's session has by now, read anew; undefined once it has been ended. For long answers. */
export const epochNow = (req: Request): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    req.sessionStore.get(req.sessionID, (error, stored) => (error ? reject(error) : resolve(stored?.epoch)));
  });
