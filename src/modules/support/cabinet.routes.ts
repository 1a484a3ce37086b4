import type { Request, Response } from 'express';
import { doors, page } from '../../web/page.ts';
import { render, t } from '../../web/render.ts';
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
import { badgeOf, follow } from './stream.web.ts';
import { isStaff, threadOf } from './threads.ts';
import { writeMessage } from './write.ts';

const can = 'self:thread:write';
const home = '/cabinet/support';
const filesAt = `${home}/files`;

const ownThread = (req: Request) => threadOf(ctxOf(req), ctxOf(req).actor?.id ?? 0);

async function showPage(req: Request, res: Response): Promise<void> {
  const { actor } = ctxOf(req);
  // Staff have no thread of their own: they are whom one writes to.
  if (actor && isStaff(actor)) return res.redirect(303, '/support');
  const conversation = await conversationOf(req, await ownThread(req));
  await render(req, res, 'support/cabinet/conversation', {
    title: t(req)('support:cabinet.title'),
    filesAt,
    staff: false,
    ...conversation,
  });
}

const again = (req: Request, res: Response) => (wantsJson(req) ? sendRefusal(req, res) : showPage(req, res));

/** A person's own conversation with support. */
export const cabinet = page(doors.cabinet)
  .get('/support', { can }, showPage)
  .post('/support/messages', { can, upload: uploads, again }, async (req, res) => {
    const message = await writeMessage(ctxOf(req), await writingOf(req));
    posted(req, res, message, home);
  })
  .get('/support/messages', { can }, async (req, res) => sendNews(req, res, await ownThread(req), filesAt))
  .post('/support/reading', { can }, async (req, res) => readTo(req, res, await ownThread(req), home))
  .get('/support/files/:fileId', { can }, async (req, res) => sendAttachment(req, res, await ownThread(req)))
  .get('/support/events', { can }, (req, res) => follow(req, res, can))
  .get('/support/unread', { can }, async (req, res) => void res.json(await badgeOf(req)));
