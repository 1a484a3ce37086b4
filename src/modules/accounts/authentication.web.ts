import { type Request, type RequestHandler, Router } from 'express';
import passport from 'passport';
import { Strategy } from 'passport-local';
import { makeCtx, type Services } from '../../ctx.ts';
import type { Database } from '../../db.ts';
import { localeFrom } from '../../web/i18n.ts';
import { ctxOf } from '../../web/request.ts';
import { cameWith } from '../../web/session.ts';
import { findSignedIn, isShutOut, noteSeen, type SignedIn } from './actors.ts';
import { checkCredentials } from './sign-in.ts';

declare global {
  namespace Express {
    // What passport keeps of a person in the request; the actor in ctx is what the house works with.
    interface User {
      id: number;
      sessionEpoch: number;
      signedIn?: SignedIn;
    }
  }
}

// One for the process: `authenticate` puts its own session manager into the request, and that must be the one that knows
// how a person is written into a session.
const guard = new passport.Passport();
guard.serializeUser((user, done) => done(null, user.id));

/** Who came with the session; whoever has just logged in came with none. */
async function personOf(req: Request, id: number): Promise<SignedIn | null> {
  const known = cameWith(req) as SignedIn | null | undefined;
  return known?.actor.id === id ? known : findSignedIn(ctxOf(req), id);
}

// Registered by name, not handed to `authenticate`: passport makes a copy for each request only of what it finds by name. Handed
// over, one strategy would be shared, and of two people who log in at the same moment one would get the other's session.
guard.use(
  'local',
  new Strategy({ usernameField: 'login', passReqToCallback: true }, async (req, login, password, done) => {
    try {
      done(null, await checkCredentials(ctxOf(req), { login, password }));
    } catch (error) {
      done(error);
    }
  }),
);

/** Knows who comes: makes the request's ctx, with the actor of its session if that session is still good. */
export function authentication(database: Database, services: Services): Router {
  return Router()
    .use(strangerCtx(database, services))
    .use(guard.initialize())
    .use(rememberedUser)
    .use(actorCtx(database, services));
}

/**
 * The user whom passport wrote into the session. Its own `session()` says the same, with five functions made for every request that V8
 * puts among what lives long (decision 24).
 */
const rememberedUser: RequestHandler = async (req, _res, next) => {
  const { passport: remembered } = req.session;
  if (remembered?.user === undefined) return next();
  const { user: id } = remembered;
  const signedIn = await personOf(req, id);
  if (signedIn) req.user = { id, sessionEpoch: signedIn.sessionEpoch, signedIn };
  else {
    // The session forgets now whose it was; who was at work in it is told at the login why he is out.
    const was = { id, epoch: req.session.epoch ?? -1 };
    if (await isShutOut(ctxOf(req), was)) req.session.shutOut = was;
    delete remembered.user;
  }
  next();
};

const originOf = (req: Request) => ({
  ip: req.ip ?? null,
  userAgent: req.get('user-agent')?.slice(0, 300) ?? null,
});

const strangerCtx =
  (database: Database, services: Services): RequestHandler =>
  (req, _res, next) => {
    const locale = localeFrom(req.get('accept-language'), req.cookies.locale);
    req.ctx = makeCtx(database, services, { ...requestIdOf(req), locale, origin: originOf(req) });
    next();
  };

const requestIdOf = (req: Request) => (req.requestId ? { requestId: req.requestId } : {});

function actorCtx(database: Database, services: Services): RequestHandler {
  return async (req, _res, next) => {
    const { user } = req;
    if (!user?.signedIn) return next();
    // Another session epoch: this session was ended by a ban, a new password, or "end the others".
    if (req.session.epoch !== user.sessionEpoch || isTooOld(req.session.startedAt, req.ctx?.now)) {
      delete req.user;
      return next();
    }
    const { actor, locale } = user.signedIn;
    req.ctx = makeCtx(database, services, { ...requestIdOf(req), actor, locale, origin: originOf(req) });
    await noteSeen(req.ctx, user.signedIn);
    next();
  };
}

const longest = 30 * 24 * 3_600_000;

// Use keeps a session alive, but not for ever: a stolen one would be.
const isTooOld = (startedAt: string | undefined, now = new Date()): boolean =>
  !startedAt || now.getTime() - Date.parse(startedAt) > longest;

/** Opens a session for a person who has proved who he is. Passport gives it a new id, so an old one is worth nothing. */
export function openSession(req: Request, user: { id: number; sessionEpoch: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    req.logIn(user, (error) => {
      if (error) return reject(error);
      const { ip, userAgent } = originOf(req);
      Object.assign(req.session, { epoch: user.sessionEpoch, startedAt: new Date().toISOString(), ip, userAgent });
      resolve();
    });
  });
}

/** Ends this session. */
export const closeSession = (req: Request): Promise<void> =>
  new Promise((resolve, reject) => req.logout((error) => (error ? reject(error) : resolve())));

/** Checks name and password the way passport does, as a promise. */
export const authenticate = (req: Request, res: Parameters<RequestHandler>[1]): Promise<Express.User> =>
  new Promise((resolve, reject) => {
    const answered = (error: unknown, user: Express.User | false): void =>
      error || !user ? reject(error) : resolve(user);
    guard.authenticate('local', { session: false }, answered)(req, res, reject);
  });
