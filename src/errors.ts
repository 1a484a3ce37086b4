/** A sentence for a person: a key of the locale files, and what goes into it. */
export type Sentence = { key: string; params?: Record<string, string | number> };
export type FieldErrors = Record<string, Sentence>;

/** The family that the one error handler knows. Anything else is a fault of ours: 500. */
export class HttpError extends Error {
  readonly status: number;
  readonly sentence: Sentence | undefined;
  constructor(status: number, sentence?: Sentence) {
    super(sentence?.key ?? `HTTP ${status}`);
    this.status = status;
    this.sentence = sentence;
  }
}

/** It does not exist, or the actor may not see it: the same answer for both. */
export class NotFound extends HttpError {
  constructor() {
    super(404);
  }
}

/** The actor may see it but not do this. */
export class Forbidden extends HttpError {
  constructor(sentence?: Sentence) {
    super(403, sentence);
  }
}

/** What was sent does not parse. The page is shown again with these sentences beside their fields. */
export class InvalidInput extends HttpError {
  readonly fields: FieldErrors;
  constructor(fields: FieldErrors, sentence?: Sentence) {
    super(422, sentence);
    this.fields = fields;
  }
}

/** A rule says no. `field` names what on the form it is about; without it the sentence stands above the form. */
export class Refusal extends InvalidInput {
  constructor(key: string, params?: Sentence['params'], field?: string) {
    const sentence: Sentence = params ? { key, params } : { key };
    super(field ? { [field]: sentence } : {}, field ? undefined : sentence);
  }
}

export class TooMany extends HttpError {
  readonly retryAfter: number;
  /** The first refusal since the counter began: worth noting, the ones after it are not. */
  readonly first: boolean;
  constructor(retryAfterSeconds: number, first = true) {
    super(429, { key: 'errors:429.text', params: { seconds: retryAfterSeconds } });
    this.retryAfter = retryAfterSeconds;
    this.first = first;
  }
}

export class TooLarge extends HttpError {
  constructor(maxMegabytes: number) {
    super(413, { key: 'errors:413.text', params: { megabytes: maxMegabytes } });
  }
}

/** True when PostgreSQL refused because of this unique index or constraint. Works through both doors. */
export function violates(error: unknown, constraint: string): boolean {
  for (const e of chain(error)) {
    if (!('code' in e) || (e.code !== '23505' && e.code !== '23514' && e.code !== 'P2002' && e.code !== 'P2010'))
      continue;
    if (JSON.stringify(e, Object.getOwnPropertyNames(e)).includes(constraint)) return true;
    if ('meta' in e && JSON.stringify(e.meta).includes(constraint)) return true;
  }
  return false;
}

// Invalid text, number or date for a column; a NUL among them.
const unfit = ['22P02', '22003', '22007', '22008', '22021', '22P05'];

/** True when PostgreSQL could not take a value for what its column holds: something that a schema let through. */
export const isUnfit = (error: unknown): boolean => hasCode(error, unfit);

/**
 * True when PostgreSQL, the socket or Prisma said one of these codes. Works through both doors: Prisma's wraps what PostgreSQL said, and has
 * kinds instead of codes for what befell the connection.
 */
export function hasCode(error: unknown, codes: readonly string[]): boolean {
  for (const e of chain(error)) {
    if ('code' in e && codes.includes(String(e.code))) return true;
    if ('originalCode' in e && codes.includes(String(e.originalCode))) return true;
    if ('kind' in e && codes.includes(String(e.kind))) return true;
  }
  return false;
}

function* chain(error: unknown): Generator<object> {
  for (let e = error; typeof e === 'object' && e !== null; e = causeOf(e)) yield e;
}

function causeOf(error: object): unknown {
  if ('cause' in error && error.cause) return error.cause;
  const meta = 'meta' in error ? error.meta : undefined;
  return typeof meta === 'object' && meta !== null && 'driverAdapterError' in meta
    ? meta.driverAdapterError
    : undefined;
}
