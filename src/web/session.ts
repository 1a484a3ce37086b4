import connectPgSimple from 'connect-pg-simple';
import type { Request } from 'express';
import session from 'express-session';
import type { Database } from '../db.ts';

const twoWeeks = 14 * 24 * 3600 * 1000;

declare module 'express-session' {
  interface SessionData {
    /** The user's session epoch at login: an older one means that the session is over. */
    epoch?: number;
    startedAt?: string;
    /** What passport keeps: whose session it is. */
    passport?: { user?: number };
    ip?: string;
    userAgent?: string;
    /** Whose session it was, and its epoch, when the house was closed to him. */
    shutOut?: { id: number; epoch: number };
  }
}

/** What is read of a session: what it remembers, and the person whose it is, for whoever asks `cameWith`. */
export type Reading = (sid: string) => Promise<{ data: session.SessionData; person: unknown } | undefined>;

/** Sessions in PostgreSQL, with the person of each in the same question: every request asks it. Nothing is written for a visitor who has nothing to remember, nor for one who only reads. */
export function sessions(options: { database: Database; secret: string; secure: boolean; read: Reading }) {
  const { database, secret, secure, read } = options;
  const Store = connectPgSimple(session);
  return session({
    store: prolongedHourly(
      withPerson(new Store({ pool: prepared(database), tableName: 'sessions', pruneSessionInterval: false }), read),
    ),
    name: secure ? '__Host-sid' : 'sid',
    secret,
    resave: false,
    saveUninitialized: false,
    rolling: false,
    cookie: { httpOnly: true, sameSite: 'lax', secure, path: '/', maxAge: twoWeeks },
  });
}

/** The pool as the store uses it, each of its few statements prepared. */
function prepared({ pool, quick }: Database): Database['pool'] {
  const names = new Map<string, string>();
  const query = (text: string, values: unknown[]) => {
    const name = names.get(text) ?? `session ${names.size}`;
    names.set(text, name);
    return quick.query({ name, text, values });
  };
  return Object.create(pool, { query: { value: query } });
}

const people = new WeakMap<object, unknown>();

/** The person who was read with this request's session, as `read` gave him. */
export const cameWith = (req: Request): unknown => people.get(req);

function withPerson(store: session.Store, read: Reading): session.Store {
  const create = store.createSession.bind(store);
  store.get = (sid, done) => {
    read(sid).then((found) => {
      if (found) people.set(found.data, found.person);
      done(null, found?.data ?? null);
    }, done);
  };
  store.createSession = (req, data) => {
    people.set(req, people.get(data));
    return create(req, data);
  };
  return store;
}

const hour = 3_600_000;
const most = 20_000;
// Its types know of no error.
type Done = (error?: unknown) => void;

/**
 * Every request would move a session's end by a write that its answer waits for. Once an hour a session, and process, is enough for
 * two weeks. What was moved when is kept for the newest sessions only; forgetting one costs a write.
 */
function prolongedHourly(store: session.Store): session.Store {
  const moved = new Map<string, number>();
  const touch = store.touch?.bind(store);
  store.touch = (sid, data, done) => {
    const now = Date.now();
    if (now - (moved.get(sid) ?? 0) < hour) return done?.();
    if (moved.size >= most) moved.clear();
    moved.set(sid, now);
    touch?.(sid, data, (error?: unknown) => {
      // The next request tries again.
      if (error) moved.delete(sid);
      (done as Done | undefined)?.(error);
    });
  };
  return store;
}

/** The epoch that this request's session has by now, read anew; undefined once it has been ended. For long answers. */
export const epochNow = (req: Request): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    req.sessionStore.get(req.sessionID, (error, stored) => (error ? reject(error) : resolve(stored?.epoch)));
  });
