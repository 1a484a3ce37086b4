import { GrammyError, HttpError } from 'grammy';

/** What became of a call to Telegram, as whoever called has to act on it. */
export type Failure =
  /** It was refused for now: again after so many seconds. */
  | { reason: 'wait'; seconds: number }
  /** Nothing has reached Telegram: it may be sent again without fear. */
  | { reason: 'unreachable'; detail: string }
  /** It was on its way when the line broke. Whether it arrived nobody can know, so it is not sent again by itself. */
  | { reason: 'unknown'; detail: string }
  /** The person has blocked the bot, or is no more. */
  | { reason: 'blocked'; detail: string }
  | { reason: 'tooBig'; detail: string }
  /** Telegram has read it and will not have it. */
  | { reason: 'refused'; detail: string };
export type Outcome<T> = { ok: true; value: T } | ({ ok: false } & Failure);

/** Calls Telegram and says what became of it; what is thrown carries no token, however it is logged. */
export async function attempt<T>(call: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await call() };
  } catch (error) {
    return { ok: false, ...failureOf(error) };
  }
}

/** The same for what may be done twice without harm: where nobody knows whether it was heard, it is simply asked again. */
export async function attemptAgain<T>(call: () => Promise<T>): Promise<Outcome<T>> {
  const outcome = await attempt(call);
  return outcome.ok || outcome.reason !== 'unknown' ? outcome : { ...outcome, reason: 'unreachable' };
}

function failureOf(error: unknown): Failure {
  if (error instanceof GrammyError) return refusal(error);
  if (error instanceof HttpError) return lost(error.error);
  throw error;
}

function refusal({ error_code: code, description: detail, parameters }: GrammyError): Failure {
  if (code === 429) return { reason: 'wait', seconds: parameters.retry_after ?? 30 };
  if (code === 403) return { reason: 'blocked', detail };
  if (/too (big|large)|file is too big/i.test(detail)) return { reason: 'tooBig', detail };
  // Telegram itself says that it has done nothing.
  if (code >= 500) return { reason: 'unreachable', detail };
  return { reason: 'refused', detail };
}

// What happens before a connection stands. Whatever comes later may have been heard.
const before = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN']);

/** node-fetch says in `code` why; its message holds the address, and that the token. */
export function lost(error: unknown): Failure {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (before.has(code)) return { reason: 'unreachable', detail: code };
  return { reason: 'unknown', detail: code || 'no answer' };
}
