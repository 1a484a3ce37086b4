import type { Request, Response } from 'express';
import { ById, body, params, query } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { Cursor, decodeCursor, pageOf } from '../../web/paginate.ts';
import { done, render, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
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
import { getDepartment } from './departments.ts';
import { isAway } from './house-words.ts';
import { ownThreads, placeOf } from './own-threads.ts';
import { listPurposes, titleOf } from './purposes.ts';
import { rateThread } from './rating.ts';
import { BeginForm, maxFiles, maxMegabytes, NewThread, RatingForm } from './schemas.ts';
import { badgeOf, follow } from './stream.web.ts';
import { getOwnThread, isStaff, latestOwn } from './threads.ts';
import { sayViewing, sendViewing } from './viewing.web.ts';
import { beginThread, writeMessage, writeTo } from './write.ts';

const can = 'self:thread:write';
const home = '/cabinet/support';
const size = 30;
const pathOf = (id: number): string => `${home}/threads/${id}`;

const place = (cursor: string | undefined) => (decodeCursor(cursor, 2) as [string, number] | null) ?? undefined;
const offered = async (req: Request) => (await listPurposes(ctxOf(req))).filter(({ active }) => active);

async function showThreads(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  // Staff have no thread of their own: they are whom one writes to.
  if (ctx.actor && isStaff(ctx.actor)) return res.redirect(303, '/support');
  const cursor = query(Cursor, req);
  const bounds = { after: place(cursor.after), before: place(cursor.before), size: size + 1 };
  const [found, purposes] = await Promise.all([ownThreads(ctx, bounds), offered(req)]);
  await render(req, res, 'support/cabinet/threads', {
    title: t(req)('support:cabinet.title'),
    page: pageOf(found, size, { cursor, keyOf: placeOf }),
    purposes,
    live: cursor.after === undefined && cursor.before === undefined,
  });
}

async function showNew(req: Request, res: Response): Promise<void> {
  const purposes = await offered(req);
  const asked = req.formState ? Number(req.body?.purposeId) : query(NewThread, req).purpose;
  const purpose = purposes.find(({ id }) => id === asked);
  if (!purpose && !req.formState) return res.redirect(303, home);
  const ctx = ctxOf(req);
  const department = purpose && (await getDepartment(ctx, purpose.departmentId));
  await render(req, res, 'support/cabinet/new', {
    title: purpose?.title ?? t(req)('support:cabinet.newTitle'),
    purpose,
    purposes,
    away: department && isAway(department, { awayToldAt: null }, ctx.now),
    maxFiles,
    maxMegabytes,
  });
}

async function showThread(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  const thread = await getOwnThread(ctx, await shownId(req));
  const [conversation, department] = await Promise.all([
    conversationOf(req, thread),
    getDepartment(ctx, thread.departmentId),
  ]);
  await render(req, res, 'support/cabinet/conversation', {
    title: titleOf(thread, ctx.locale),
    thread,
    home: pathOf(thread.id),
    away: isAway(department, thread, ctx.now),
    staff: false,
    ...(req.formState ? { url: pathOf(thread.id) } : {}),
    ...conversation,
  });
}

// A refused message of a page that did not say where belongs to the thread where it would have gone.
const shownId = async (req: Request): Promise<number> =>
  'id' in req.params ? params(ById, req).id : ((await latestOwn(ctxOf(req))) ?? 0);

const again = (req: Request, res: Response) => (wantsJson(req) ? sendRefusal(req, res) : showThread(req, res));
const againNew = (req: Request, res: Response) => (wantsJson(req) ? sendRefusal(req, res) : showNew(req, res));
const againAnywhere = async (req: Request, res: Response): Promise<void> =>
  (await latestOwn(ctxOf(req))) ? again(req, res) : againNew(req, res);

const ownThread = (req: Request) => getOwnThread(ctxOf(req), params(ById, req).id);

/** A person's own conversations with support. */
export const cabinet = page(doors.cabinet)
  .get('/support', { can }, showThreads)
  .get('/support/new', { can }, showNew)
  .post('/support/threads', { can, upload: uploads, again: againNew }, async (req, res) => {
    const { purposeId } = body(BeginForm, req);
    const message = await beginThread(ctxOf(req), purposeId, await writingOf(req));
    done(res, { to: pathOf(message.threadId) });
  })
  // Where pages wrote when a person had one thread: it goes on in the latest.
  .post('/support/messages', { can, upload: uploads, again: againAnywhere }, async (req, res) => {
    const message = await writeMessage(ctxOf(req), await writingOf(req));
    posted(req, res, message, pathOf(message.threadId));
  })
  .get('/support/threads/:id', { can }, showThread)
  .get('/support/threads/:id/messages', { can }, async (req, res) => {
    const thread = await ownThread(req);
    await sendNews(req, res, thread, pathOf(thread.id));
  })
  .post('/support/threads/:id/messages', { can, upload: uploads, again }, async (req, res) => {
    const message = await writeTo(ctxOf(req), params(ById, req).id, await writingOf(req));
    posted(req, res, message, pathOf(message.threadId));
  })
  .post('/support/threads/:id/reading', { can }, async (req, res) => {
    const thread = await ownThread(req);
    await readTo(req, res, thread, pathOf(thread.id));
  })
  .post('/support/threads/:id/rating', { can, again }, async (req, res) => {
    const { id } = params(ById, req);
    await rateThread(ctxOf(req), id, body(RatingForm, req));
    done(res, { to: pathOf(id), flash: 'support:flash.rated' });
  })
  .get('/support/threads/:id/viewing', { can }, async (req, res) => sendViewing(req, res, await ownThread(req)))
  .post('/support/threads/:id/viewing', { can }, async (req, res) => sayViewing(req, res, await ownThread(req)))
  .get('/support/threads/:id/files/:fileId', { can }, async (req, res) =>
    sendAttachment(req, res, await ownThread(req)),
  )
  .get('/support/events', { can }, (req, res) => follow(req, res, can))
  .get('/support/unread', { can }, async (req, res) => void res.json(await badgeOf(req)));
