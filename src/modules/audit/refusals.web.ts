import type { Request } from 'express';
import { ctxOf } from '../../web/request.ts';
import { record } from './audit.ts';

/** Writes that a signed-in person tried what he may not do: the address without its query, which may hold secrets. */
export async function recordRefusal(req: Request): Promise<void> {
  const ctx = ctxOf(req);
  const path = (req.originalUrl.split('?')[0] ?? '').slice(0, 200);
  await record(ctx, {
    action: 'access.refused',
    ...(ctx.actor ? { userId: ctx.actor.id } : {}),
    details: { method: req.method, path },
  });
}
