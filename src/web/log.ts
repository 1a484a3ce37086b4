import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { type Logger, pino, stdSerializers } from 'pino';

/** JSON lines; readable ones in development. Addresses are logged without their query: a query may hold a token. */
export function createLog({ level, pretty }: { level: string; pretty: boolean }): Logger {
  const options = {
    level,
    base: null,
    serializers: { err: stdSerializers.err },
    redact: ['*.password', '*.token', '*.secret'],
  };
  return pretty
    ? pino({ ...options, transport: { target: 'pino-pretty', options: { colorize: true, ignore: 'requestId' } } })
    : pino(options);
}

/** Gives each request its id and logs its end with the actor. */
export function logRequests(log: Logger): RequestHandler {
  return (req, res, next) => {
    const began = performance.now();
    req.requestId = randomUUID();
    res.set('X-Request-Id', req.requestId);
    const { path } = req;
    res.once('close', () => {
      const ms = Math.round(performance.now() - began);
      const line = {
        requestId: req.requestId,
        actor: req.ctx?.actor?.id,
        method: req.method,
        path,
        status: res.statusCode,
        ms,
      };
      log[path.startsWith('/assets/') || path === '/healthz' ? 'debug' : 'info'](line, 'request');
    });
    next();
  };
}
