import type { Request, Response } from 'express';
import type { SqlCtx } from '../../ctx.ts';
import type { Told } from '../../live/live.ts';
import type { Permission } from '../../permissions.ts';
import { t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { epochNow } from '../../web/session.ts';
import { deafFor, inTurn, lastEventId, openStream, type Stream } from '../../web/sse.ts';
import { findSignedIn } from '../accounts/index.ts';
import { topics } from './news.ts';
import { beHere } from './operators.ts';
import { missedSince, newestMessageId } from './queries.ts';
import { isStaff } from './threads.ts';
import { unreadForPerson, unreadForStaff } from './unread.ts';

type Side = { permission: Permission; topic: string; everywhere: boolean };

/**
 * The stream of one reader: `message` and `read` as they happen, `badge` after each. It carries ids; the page fetches
 * what it may see. A reader who comes back gets the messages that he has missed.
 */
export async function follow(req: Request, res: Response, permission: Permission): Promise<void> {
  const ctx = ctxOf(req);
  const side = sideOf(ctx, permission);
  // An open page is how one is known to be here; the heartbeat says it again.
  if (side.everywhere) await beHere(ctx);
  const { live } = ctx;
  const stillWelcome = () => isWelcome(req, permission);
  const stream = openStream(req, res, { ...live, stillWelcome });
  const catchUp = inTurn(catcher(req, stream, side), stream);
  const showBadge = inTurn(() => sendBadge(req, stream), stream);
  let looks = false;
  const hear = (told: Told): void => {
    if (told === 'again') {
      looks = true;
      stream.send({ name: 'again', data: {} });
      catchUp();
      return;
    }
    const { name, ids } = told;
    stream.send({ name, data: ids, ...(name === 'message' && ids.message ? { id: ids.message } : {}) });
    // Looking and typing change no count, and come often.
    if (name !== 'viewing') showBadge();
  };
  const unsubscribe = live.subscribe([side.topic], hear, deafFor(req));
  stream.closed.addEventListener('abort', unsubscribe);
  if (!looks) catchUp();
}

/** The badge as the navigation shows it: how many, and in words. */
export async function badgeOf(req: Request) {
  const ctx = fresh(ctxOf(req));
  const staff = ctx.actor !== null && isStaff(ctx.actor);
  const count = staff ? await unreadForStaff(ctx) : await unreadForPerson(ctx);
  return { href: staff ? '/support' : '/cabinet/support', count, words: t(req)('common:nav.badge', { count }) };
}

function sideOf({ actor }: SqlCtx, permission: Permission): Side {
  const everywhere = permission === 'staff:threads:answer';
  return { permission, everywhere, topic: everywhere ? topics.staff : topics.person(actor?.id ?? 0) };
}

async function isWelcome(req: Request, permission: Permission): Promise<boolean> {
  const ctx = ctxOf(req);
  const [signedIn, epoch] = await Promise.all([findSignedIn(ctx, ctx.actor?.id ?? 0), epochNow(req)]);
  if (signedIn === null || signedIn.sessionEpoch !== epoch || !signedIn.actor.permissions.has(permission)) return false;
  if (permission === 'staff:threads:answer') await beHere(fresh(ctx));
  return true;
}

function catcher(req: Request, stream: Stream, { everywhere }: Side): () => Promise<void> {
  let last = lastEventId(req);
  return async () => {
    const ctx = ctxOf(req);
    last ??= await newestMessageId(ctx);
    for (const ids of await missedSince(ctx, last, { everywhere })) {
      stream.send({ name: 'message', id: ids.message, data: ids });
      last = ids.message;
    }
    await sendBadge(req, stream);
  };
}

async function sendBadge(req: Request, stream: Stream): Promise<void> {
  stream.send({ name: 'badge', data: await badgeOf(req) });
}

// A stream outlives the moment of its request.
const fresh = <C extends SqlCtx>(ctx: C): C => ({ ...ctx, now: new Date() });
