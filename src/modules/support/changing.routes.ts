import type { Request, Response } from 'express';
import { z } from 'zod';
import { ById, body, Id, params } from '../../web/form.ts';
import { doors, type PageRouter, page } from '../../web/page.ts';
import { done, render, safePath, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { changeMinutes, deleteMessage, editMessage, type Said, wordsOf } from './changing.ts';
import { sendRefusal, wantsJson } from './conversation.web.ts';
import { MessageText } from './schemas.ts';
import { getOwnThread, getThread } from './threads.ts';

const BySaid = ById.extend({ saidId: Id });
const Change = z.object({ text: MessageText, seenVersion: z.coerce.number().int().min(0) });

/** What is changed, at which thread's address: `/support/threads/5/notes/7` is a note. */
type Way = { home(id: number): string; kind: Said['kind']; find: typeof getThread };

async function at(req: Request, { home, kind, find }: Way) {
  const { id: asked, saidId } = params(BySaid, req);
  const thread = await find(ctxOf(req), asked);
  const { id } = thread;
  const anchor = `#${kind === 'message' ? 'm' : 'n'}${saidId}`;
  return { id, thread, said: { kind, id: saidId }, home: home(id), anchor, path: `${home(id)}/${kind}s/${saidId}` };
}

async function showChange(req: Request, res: Response, way: Way): Promise<void> {
  const ctx = ctxOf(req);
  const { thread, said, home, anchor, path } = await at(req, way);
  const words = await wordsOf(ctx, thread, said);
  await render(req, res, 'support/open/change', {
    title: t(req)(`support:change.${way.kind}`),
    words,
    open: words.mine && words.fresh && !words.deleted,
    minutes: changeMinutes,
    said,
    path,
    backTo: `${home}${anchor}`,
    home,
    ...(req.formState ? { url: path } : {}),
  });
}

const answer = (req: Request, res: Response, to: string): void =>
  wantsJson(req) ? void res.status(204).end() : done(res, { to: safePath(to, '/') });

/** A form by which the author says it otherwise, and one by which he takes it back. */
function changes(
  router: PageRouter,
  prefix: string,
  way: Way,
  can: 'self:thread:write' | 'staff:threads:answer',
): void {
  const path = `${prefix}/threads/:id/${way.kind}s/:saidId`;
  const again = (req: Request, res: Response) => (wantsJson(req) ? sendRefusal(req, res) : showChange(req, res, way));
  router
    .get(path, { can }, (req, res) => showChange(req, res, way))
    .post(path, { can, again }, async (req, res) => {
      const { id, said, home, anchor } = await at(req, way);
      await editMessage(ctxOf(req), id, said, body(Change, req));
      answer(req, res, home + anchor);
    })
    .post(`${path}/deletion`, { can, again }, async (req, res) => {
      const { id, said, home, anchor } = await at(req, way);
      await deleteMessage(ctxOf(req), id, said);
      answer(req, res, home + anchor);
    });
}

export const ownChanges = page(doors.cabinet);
export const staffChanges = page(doors.support);

changes(
  ownChanges,
  '/support',
  { kind: 'message', home: (id) => `/cabinet/support/threads/${id}`, find: getOwnThread },
  'self:thread:write',
);
for (const kind of ['message', 'note'] as const)
  changes(staffChanges, '', { kind, home: (id) => `/support/threads/${id}`, find: getThread }, 'staff:threads:answer');
