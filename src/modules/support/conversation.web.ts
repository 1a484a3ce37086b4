import type { Request, Response } from 'express';
import { z } from 'zod';
import { NotFound } from '../../errors.ts';
import { sendFile } from '../../web/download.ts';
import { body, Id, params, query, RequestId } from '../../web/form.ts';
import { done, fragment, t } from '../../web/render.ts';
import { ctxOf, uploadsOf } from '../../web/request.ts';
import { throttle } from '../../web/throttle.ts';
import type { Posted, Writing } from './post.ts';
import { type Bubble, bubblesOf } from './present.ts';
import { findAttachment, type Message, messagesFrom, partOf, readUpTo } from './queries.ts';
import { markRead } from './reading.ts';
import { MessageText, maxFiles, maxMegabytes } from './schemas.ts';
import { badgeOf } from './stream.web.ts';
import { isStaff, type Thread } from './threads.ts';

export const uploads = { fields: ['files'], maxFiles, maxMegabytes };
export const ByFile = z.object({ fileId: Id });

const perAuthor = { what: 'support:messages', limit: 60, seconds: 60 };
const From = z.object({ before: Id.optional().catch(undefined) });
const After = z.object({ after: z.coerce.number().int().min(0).catch(0) });
const Written = z.object({ requestId: RequestId, text: MessageText });

/** A scripted page asks for JSON; a form without scripts for a page. */
export const wantsJson = (req: Request): boolean => req.accepts(['html', 'json']) === 'json';

/** What the form says. Throttled by author: a person who waits for approval may write, not flood. */
export async function writingOf(req: Request): Promise<Writing> {
  const ctx = ctxOf(req);
  await throttle(ctx, perAuthor, String(ctx.actor?.id));
  return { ...body(Written, req), uploads: uploadsOf(req, 'files') };
}

/** The conversation for its page. To show its end is to read it; an older part, looked up, changes nothing. */
export async function conversationOf(req: Request, thread: Thread | undefined) {
  const ctx = ctxOf(req);
  const { before } = query(From, req);
  const { messages, earlier } = thread ? await partOf(ctx, thread, before) : { messages: [], earlier: null };
  const lastId = messages.at(-1)?.id ?? 0;
  const older = before !== undefined;
  if (thread && !older && messages.some(({ readAt }) => !readAt)) await markRead(ctx, thread.id, lastId);
  return { bubbles: shown(req, messages), earlier, older, lastId, maxFiles, maxMegabytes };
}

/** What a live or polling page lacks: the bubbles after one, how far the other side has read, the badge. */
export async function sendNews(req: Request, res: Response, thread: Thread | undefined, filesAt: string) {
  const ctx = ctxOf(req);
  const { after } = query(After, req);
  const found = thread ? await messagesFrom(ctx, thread, after) : [];
  const above = found.find(({ id }) => id === after);
  const bubbles = shown(
    req,
    found.filter(({ id }) => id !== after),
    above,
  ).map((bubble) => ({ ...bubble, firstUnread: false }));
  const staff = viewerOf(req).staff;
  res.json({
    html: bubbles.length > 0 ? fragment(req, 'support/_news', { bubbles, filesAt, staff }) : '',
    readUpTo: thread ? await readUpTo(ctx, thread, { fromStaff: staff }) : 0,
    badge: await badgeOf(req),
  });
}

/** After a message: the next form's id for a script, the conversation's end for a plain form. */
export function posted(req: Request, res: Response, { id }: Posted, page: string): void {
  if (wantsJson(req)) res.json({ id, requestId: crypto.randomUUID() });
  else done(res, { to: `${page}#m${id}` });
}

/** A refused message for a script: the sentence. The text is still in its form. */
export function sendRefusal(req: Request, res: Response): void {
  const sentence = req.formState?.summary ?? Object.values(req.formState?.errors ?? {})[0];
  res.json({ error: t(req)(sentence?.key ?? 'validation:invalid', sentence?.params) });
}

/** The reader has the messages up to this one before his eyes. */
export async function readTo(req: Request, res: Response, thread: Thread | undefined, page: string): Promise<void> {
  const { upTo } = body(z.object({ upTo: Id }), req);
  if (thread) await markRead(ctxOf(req), thread.id, upTo);
  if (wantsJson(req)) res.status(204).end();
  else done(res, { to: page });
}

/** A file of this conversation; of any other it does not exist. */
export async function sendAttachment(req: Request, res: Response, thread: Thread | undefined): Promise<void> {
  const { fileId } = params(ByFile, req);
  const file = thread && (await findAttachment(ctxOf(req), thread, fileId));
  if (!file) throw new NotFound();
  await sendFile(req, res, file, { inline: true });
}

const shown = (req: Request, messages: Message[], above?: Message): Bubble[] =>
  bubblesOf(messages, viewerOf(req), above);

function viewerOf(req: Request) {
  const { actor, clock, now } = ctxOf(req);
  return { staff: actor !== null && isStaff(actor), zone: clock.zone, now };
}
