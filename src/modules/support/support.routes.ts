import type { Request, Response } from 'express';
import { z } from 'zod';
import { ById, body, params, query } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { Cursor, decodeCursor, pageOf } from '../../web/paginate.ts';
import { done, render, safePath, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { answer } from './answer.ts';
import {
  conversationOf,
  posted,
  readTo,
  sendAttachment,
  sendNews,
  sendRefusal,
  uploads,
  wantsJson,
  writingOf,
} from './conversation.web.ts';
import { personOf } from './person.ts';
import { markUnread } from './reading.ts';
import { badgeOf, follow } from './stream.web.ts';
import { getThread } from './threads.ts';
import { type Line, nextWaiting, waitingCounts, waitingList } from './waiting.ts';

const can = 'staff:threads:answer';
const size = 50;

const Wanted = z.object({
  q: z.string().trim().max(200).catch('').default(''),
  show: z.enum(['unread', 'all']).catch('all').default('all'),
});
const Seen = z.object({ lastSeenMessageId: z.coerce.number().int().min(0) });
const Back = z.object({ back: z.string().max(2000).optional().catch(undefined) });

const place = (cursor: string | undefined) => (decodeCursor(cursor, 3) as Line['place'] | null) ?? undefined;
const pathOf = (id: number): string => `/support/threads/${id}`;
const threadAt = (req: Request) => getThread(ctxOf(req), params(ById, req).id);

async function showQueue(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  const wanted = query(Wanted, req);
  const cursor = query(Cursor, req);
  const bounds = { after: place(cursor.after), before: place(cursor.before), size: size + 1 };
  const [found, counts] = await Promise.all([waitingList(ctx, wanted, bounds), waitingCounts(ctx, wanted.q)]);
  await render(req, res, 'support/support/queue', {
    title: t(req)('support:queue.title'),
    page: pageOf(found, size, { cursor, keyOf: (line) => line.place }),
    counts,
    wanted,
    live: cursor.after === undefined && cursor.before === undefined,
  });
}

async function showThread(req: Request, res: Response): Promise<void> {
  const thread = await threadAt(req);
  const ctx = ctxOf(req);
  const conversation = await conversationOf(req, thread);
  const [person, next] = await Promise.all([personOf(ctx, thread), nextWaiting(ctx, thread.id)]);
  const sent = z.object({ back: z.string().optional().catch(undefined) }).parse(req.body ?? {});
  await render(req, res, 'support/support/thread', {
    title: person.name,
    thread,
    person,
    next,
    back: safePath(sent.back ?? query(Back, req).back, '/support'),
    filesAt: `${pathOf(thread.id)}/files`,
    staff: true,
    ...conversation,
  });
}

const again = (req: Request, res: Response) => (wantsJson(req) ? sendRefusal(req, res) : showThread(req, res));

/** The support's queue and its conversations. */
export const support = page(doors.support)
  .get('/', { can }, showQueue)
  .get('/events', { can }, (req, res) => follow(req, res, can))
  .get('/unread', { can }, async (req, res) => void res.json(await badgeOf(req)))
  .get('/threads/:id', { can }, showThread)
  .get('/threads/:id/messages', { can }, async (req, res) => {
    const thread = await threadAt(req);
    await sendNews(req, res, thread, `${pathOf(thread.id)}/files`);
  })
  .post('/threads/:id/messages', { can, upload: uploads, again }, async (req, res) => {
    const { id } = params(ById, req);
    const { lastSeenMessageId } = body(Seen, req);
    const message = await answer(ctxOf(req), id, { ...(await writingOf(req)), lastSeenMessageId });
    posted(req, res, message, pathOf(message.threadId));
  })
  .post('/threads/:id/reading', { can }, async (req, res) => {
    const thread = await threadAt(req);
    await readTo(req, res, thread, pathOf(thread.id));
  })
  .post('/threads/:id/unread', { can }, async (req, res) => {
    const { id } = params(ById, req);
    await markUnread(ctxOf(req), id);
    done(res, { to: safePath(body(Back, req).back, '/support'), flash: 'support:flash.unread' });
  })
  .get('/threads/:id/files/:fileId', { can }, async (req, res) => sendAttachment(req, res, await threadAt(req)));
