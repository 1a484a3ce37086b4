import type { Request } from 'express';
import type { Ctx } from '../ctx.ts';
import type { FieldErrors, Sentence } from '../errors.ts';
import type { Upload } from '../files/files.ts';
import type { Nav } from './render.ts';

/** What was typed and what is wrong with it; templates see it as `form`. */
export type FormState = { values: Record<string, unknown>; errors: FieldErrors; summary?: Sentence };

declare global {
  namespace Express {
    interface Request {
      ctx?: Ctx;
      formState?: FormState;
      uploads?: Upload[];
      requestId?: string;
      /** What stands around the page, asked ahead. */
      around?: Promise<Nav>;
    }
  }
}

/** The ctx of a request: the same that jobs and tests make. */
export function ctxOf(req: Request): Ctx {
  if (!req.ctx) throw new Error('No ctx: the request did not pass the door');
  return req.ctx;
}

/** The files that came with the form, already on disk; they vanish with the request unless kept. */
export const uploadsOf = (req: Request, field?: string): Upload[] =>
  (req.uploads ?? []).filter((upload) => field === undefined || upload.field === field);
