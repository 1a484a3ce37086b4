import express, { type Express } from 'express';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { makeCtx, type Services } from './ctx.ts';
import type { Database } from './db.ts';
import { readSession } from './modules/accounts/actors.ts';
import { authentication } from './modules/accounts/authentication.web.ts';
import { recordRefusal } from './modules/audit/refusals.web.ts';
import { ringOn } from './modules/notifications/bell.web.ts';
import { telegramWebhook } from './modules/telegram/webhook.web.ts';
import { navOf } from './nav.ts';
import { routes } from './routes.ts';
import { assetsMiddleware } from './web/assets.ts';
import { readCookies } from './web/cookies.ts';
import { refuseCrossSite } from './web/csrf.ts';
import { answerErrors, nothingHere } from './web/errors.ts';
import { securityHeaders } from './web/headers.ts';
import { type Check, health } from './web/health.ts';
import { dropNuls, refuseNuls } from './web/junk.ts';
import { logRequests } from './web/log.ts';
import type { Views } from './web/nunjucks.ts';
import type { House } from './web/render.ts';
import { sessions } from './web/session.ts';

export type AppDeps = {
  config: Config;
  database: Database;
  services: Services;
  views: Views;
  log: Logger;
  sessionSecret: string;
  checks: Check[];
};

/** The whole application as a request meets it, in order. Tests run this very one. */
export function createApp({ config, database, services, views, log, sessionSecret, checks }: AppDeps): Express {
  const app = express();
  const house: House = {
    views,
    nav: navOf,
    joinStreams: [ringOn],
    refused: recordRefusal,
    zone: config.BUSINESS_ZONE,
    dev: !config.production,
  };
  app.locals.house = house;
  app.disable('x-powered-by');
  app.set(
    'trust proxy',
    config.TRUST_PROXY.split(',').map((address) => address.trim()),
  );
  app.set('query parser', 'simple');
  app.set('etag', false);

  app.use(logRequests(log));
  app.use(securityHeaders(config.secureCookies));
  app.use(health(checks));
  app.use('/assets', assetsMiddleware({ watch: config.NODE_ENV === 'development' }));
  const secret = config.TELEGRAM_WEBHOOK_SECRET;
  if (config.TELEGRAM_MODE === 'webhook' && secret) app.use(telegramWebhook(secret, () => makeCtx(database, services)));
  app.use(readCookies);
  app.use(sessions({ database, secret: sessionSecret, secure: config.secureCookies, read: readSession(database) }));
  app.use(authentication(database, services));
  app.use(refuseCrossSite);
  app.use(refuseNuls);
  app.use(express.urlencoded({ extended: false, limit: '1mb', parameterLimit: 5000 }), dropNuls);
  app.use(noStore);
  for (const { prefix, router } of routes({ dev: !config.production, outbox: config.OUTBOX_DIR }))
    app.use(prefix || '/', router);
  app.use(nothingHere);
  app.use(answerErrors(log));
  return app;
}

// Pages hold people's data: no cache keeps them, the browser's included.
const noStore: express.RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store');
  next();
};
