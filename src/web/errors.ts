import type { ErrorRequestHandler, Request, Response } from 'express';
import type { Logger } from 'pino';
import { HttpError, hasCode, InvalidInput, isUnfit, NotFound, type Sentence, TooLarge, TooMany } from '../errors.ts';
import { translator } from './i18n.ts';
import { formErrors, noteRefusal, render } from './render.ts';

/** Nothing matched. */
export const nothingHere = (): never => {
  throw new NotFound();
};

/** The one handler: a page in the house's look, or JSON for a script; the id that the person sees is in the log too. */
export function answerErrors(log: Logger): ErrorRequestHandler {
  return async (thrown, req, res, _next) => {
    const error = asHttpError(thrown);
    // Words that only PostgreSQL refused: the person hears so, and we, that a schema has a hole.
    const level = error.status >= 500 ? 'error' : isUnfit(thrown) ? 'warn' : 'info';
    log[level](
      {
        requestId: req.requestId,
        actor: req.ctx?.actor?.id,
        status: error.status,
        path: req.path,
        err: level !== 'info' ? thrown : undefined,
      },
      'refused',
    );
    if (res.headersSent) {
      res.destroy();
      return;
    }
    if (error.status === 403 && req.ctx?.actor) await noteRefusal(req);
    if (error instanceof TooMany) res.set('Retry-After', String(error.retryAfter));
    res.status(error.status);
    try {
      await answer(req, res, error);
    } catch (err) {
      log.error({ requestId: req.requestId, err }, 'the error page failed');
      res.type('text').send(`${error.status} · ${req.requestId}`);
    }
  };
}

async function answer(req: Request, res: Response, error: HttpError): Promise<void> {
  const t = translator(req.ctx?.locale ?? 'ru');
  const say = (sentence: Sentence | undefined): string | undefined => sentence && t(sentence.key, sentence.params);
  const fields = 'fields' in error ? formErrors(req, error as never).errors : {};
  const texts = Object.fromEntries(Object.entries(fields).map(([field, sentence]) => [field, say(sentence)]));
  const text = say(error.sentence) ?? Object.values(texts)[0];
  if (wantsJson(req)) {
    res.json({ error: text ?? t(`errors:${shown(error.status)}.title`), fields: texts, requestId: req.requestId });
    return;
  }
  await render(req, res, `errors/${shown(error.status)}`, {
    title: t(`errors:${shown(error.status)}.title`),
    status: error.status,
    text,
  });
}

const pages = new Set([403, 404, 413, 422, 429, 500, 503]);
const shown = (status: number): number => (pages.has(status) ? status : status >= 500 ? 500 : 404);

const wantsJson = (req: Request): boolean => req.accepts(['html', 'json']) === 'json';

/** What Express, body-parser and PostgreSQL throw, as one of the family. */
export function asHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (typeof error !== 'object' || error === null) return new HttpError(500);
  if ('type' in error && error.type === 'entity.too.large') return new TooLarge(1);
  if (isUnfit(error)) return new InvalidInput({}, { key: 'validation:invalid' });
  if (hasCode(error, databaseIsAway)) return new HttpError(503);
  if ('message' in error && connectionLost.test(String(error.message))) return new HttpError(503);
  if ('status' in error && typeof error.status === 'number' && error.status >= 400 && error.status < 500)
    return new HttpError(error.status);
  return new HttpError(500);
}

// pg says these in words only, whichever door the query went through.
const connectionLost =
  /timeout exceeded when trying to connect|Query read timeout|Connection terminated|not queryable|terminating connection/;

const databaseIsAway = [
  '57P02',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  '57P01',
  '57P03',
  '53300',
  '57014',
  '55P03',
  '40P01',
  '08006',
  '08003',
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
  'P2028',
  'ConnectionClosed',
  'DatabaseNotReachable',
  'SocketTimeout',
];
