import type { Request } from 'express';
import type { translator } from './i18n.ts';

export type FlashKind = 'success' | 'error' | 'info' | 'warning';
type Flash = { kind: FlashKind; key: string; params?: Record<string, string | number> };

declare module 'express-session' {
  interface SessionData {
    flash?: Flash[];
  }
}

/** Leaves a sentence for the next page of this session. */
export function putFlash(req: Request, kind: FlashKind, key: string, params?: Flash['params']): void {
  req.session.flash = [...(req.session.flash ?? []), params ? { kind, key, params } : { kind, key }];
}

/** Takes the waiting sentences: each is shown once. */
export function takeFlash(req: Request, t: ReturnType<typeof translator>): { kind: FlashKind; text: string }[] {
  const waiting = req.session?.flash ?? [];
  if (waiting.length > 0) delete req.session.flash;
  return waiting.map(({ kind, key, params }) => ({ kind, text: t(key, params) }));
}
