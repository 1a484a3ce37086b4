import type { Request } from 'express';
import { t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { inTurn, type Stream } from '../../web/sse.ts';
import { bellTopic } from './news.ts';
import { unseen } from './queries.ts';

/** The bell as the layouts show it: how many, and in words. */
export async function bellOf(req: Request) {
  const count = await unseen(ctxOf(req));
  return { href: '/notifications', count, words: t(req)('common:nav.badge', { count }) };
}

/** Rings on whatever stream a page of a signed-in person holds open: `bell` at its beginning and whenever the count changes. */
export function ringOn(req: Request, stream: Stream): void {
  const { actor, live } = ctxOf(req);
  if (!actor) return;
  const ring = inTurn(async () => stream.send({ name: 'bell', data: await bellOf(req) }), stream);
  stream.closed.addEventListener('abort', live.subscribe([bellTopic(actor.id)], ring));
  ring();
}
