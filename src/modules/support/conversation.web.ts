import type { Request, Response } from 'express';
import { z } from 'zod';
import { NotFound } from '../../errors.ts';
import { sendFile } from '../../web/download.ts';
import { body, Id, params, query, RequestId } from '../../web/form.ts';
import { askAroundAnew, done, fragment, t } from '../../web/render.ts';
import { ctxOf, uploadsOf } from '../../web/request.ts';
import { sendJson } from '../../web/send-page.ts';
import { throttle } from '../../web/throttle.ts';
import { changeMinutes } from './changing.ts';
import { deliveriesOfLate } from './delivery.ts';
import { eventsOf, notesChangedSince, type ThreadEvent } from './events.ts';
import type { Posted, Writing } from './post.ts';
import { type Bubble, bubblesOf, type Entry, withEvents } from './present.ts';
import {
  changedSince,
  findAttachment,
  type Message,
  marksOf,
  messagesFrom,
  messagesOf,
  momentOf,
  partOf,
} from './queries.ts';
import { markDelivered, markRead } from './reading.ts';
import { MessageText, maxFiles, maxMegabytes } from './schemas.ts';
import { badgeOf } from './stream.web.ts';
import { isStaff, type Thread } from './threads.ts';

export const uploads = { fields: ['files'], maxFiles, maxMegabytes };
export const ByFile = z.object({ fileId: Id });

const perAuthor = { what: 'support:messages', limit: 60, seconds: 60 };
const From = z.object({ before: Id.optional().catch(undefined) });
const Count = z.coerce.number().int().min(0).max(2_147_483_647).catch(0);
const After = z.object({ after: Count, events: Count, version: Count, hidden: z.string().optional() });
const Read = z.object({ upTo: Id, seenMerges: z.coerce.number().int().min(0).optional().catch(undefined) });
const Written = z.object({ requestId: RequestId, text: MessageText });

/** A scripted page asks for JSON; a form without scripts for a page. */
export const wantsJson = (req: Request): boolean => req.accepts(['html', 'json']) === 'json';

/** What the form says. Throttled by author: a person who waits for approval may write, not flood. */
export async function writingOf(req: Request): Promise<Writing> {
  const ctx = ctxOf(req);
  await throttle(ctx, perAuthor, String(ctx.actor?.id));
  return { ...body(Written, req), uploads: uploadsOf(req, 'files') };
}

/** The conversation for its page. To show its end is to read it; an older part, looked up, changes nothing, nor does what a page fetches by itself. */
export async function conversationOf(req: Request, thread: Thread) {
  const ctx = ctxOf(req);
  const { before } = query(From, req);
  const { messages, earlier } = await partOf(ctx, thread, before);
  const lastId = messages.at(-1)?.id ?? 0;
  const older = before !== undefined;
  if (!older && !req.get('x-live') && messages.some(({ readAt }) => !readAt)) {
    await markRead(ctx, thread.id, lastId, thread.merges);
    askAroundAnew(req);
  }
  const events = viewerOf(req).staff ? await eventsBeside(req, thread, messages, { earlier, before }) : [];
  const lastEvent = Math.max(0, ...events.map(({ id }) => id));
  return {
    bubbles: withEvents(shown(req, messages), events, viewerOf(req)),
    earlier,
    older,
    lastId,
    lastEvent,
    version: thread.version,
    merges: thread.merges,
    changeMinutes,
    maxFiles,
    maxMegabytes,
  };
}

type Part = { earlier: number | null; before: number | undefined };

async function eventsBeside(req: Request, thread: Thread, messages: Message[], { earlier, before }: Part) {
  const ctx = ctxOf(req);
  const from = earlier === null ? undefined : messages[0]?.createdAt;
  const until = before === undefined ? undefined : await momentOf(ctx, thread, before);
  return eventsOf(ctx, thread, { ...(from ? { from } : {}), ...(until ? { until } : {}) });
}

/** What a live or polling page lacks: the bubbles after one, what was changed, how far the other side is, the badge; for staff, events. */
export async function sendNews(req: Request, res: Response, thread: Thread, home: string) {
  const ctx = ctxOf(req);
  const { after, events, version, hidden } = query(After, req);
  const { staff } = viewerOf(req);
  const [found, happened, changed, sent] = await Promise.all([
    messagesFrom(ctx, thread, after),
    staff ? eventsOf(ctx, thread, { after: events }) : [],
    thread.version > version ? changedIn(req, thread, version) : [],
    staff ? sentIn(req, thread) : [],
  ]);
  // A page that is looked at says itself that it was read.
  if (hidden && !staff) await markDelivered(ctx, thread, found.at(-1)?.id ?? 0);
  const draw = (bubbles: Entry[]): string =>
    bubbles.length > 0 ? fragment(req, 'support/_news', { bubbles, home, staff }) : '';
  sendJson(req, res, {
    html: draw(newBubbles(req, found, after, happened)),
    changed: draw([...changed, ...sent]),
    version: thread.version,
    merges: thread.merges,
    ...(await marksOf(ctx, thread, { fromStaff: staff })),
    badge: await badgeOf(req),
  });
}

/** Answers on their way to Telegram, as they stand there now. */
async function sentIn(req: Request, thread: Thread): Promise<Entry[]> {
  const ctx = ctxOf(req);
  const messages = await messagesOf(ctx, thread, await deliveriesOfLate(ctx, thread));
  return messages
    .flatMap((message) => bubblesOf([message], viewerOf(req)))
    .map((bubble) => ({ ...bubble, day: null, firstUnread: false }));
}

async function changedIn(req: Request, thread: Thread, version: number): Promise<Entry[]> {
  const ctx = ctxOf(req);
  const viewer = viewerOf(req);
  const messages = await changedSince(ctx, thread, version);
  const notes = viewer.staff ? await notesChangedSince(ctx, thread, version) : [];
  return withEvents(
    messages.flatMap((message) => bubblesOf([message], viewer)),
    notes,
    viewer,
  );
}

function newBubbles(req: Request, found: Message[], after: number, happened: ThreadEvent[]): Entry[] {
  const above = found.find(({ id }) => id === after);
  const fresh = found.filter(({ id }) => id !== after);
  return withEvents(
    shown(req, fresh, above).map((bubble) => ({ ...bubble, firstUnread: false })),
    happened,
    viewerOf(req),
  );
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
export async function readTo(req: Request, res: Response, thread: Thread, page: string): Promise<void> {
  const { upTo, seenMerges } = body(Read, req);
  await markRead(ctxOf(req), thread.id, upTo, seenMerges);
  if (wantsJson(req)) res.status(204).end();
  else done(res, { to: page });
}

/** A file of this conversation; of any other it does not exist. */
export async function sendAttachment(req: Request, res: Response, thread: Thread): Promise<void> {
  const { fileId } = params(ByFile, req);
  const file = await findAttachment(ctxOf(req), thread, fileId);
  if (!file) throw new NotFound();
  await sendFile(req, res, file, { inline: true });
}

const shown = (req: Request, messages: Message[], above?: Message): Bubble[] =>
  bubblesOf(messages, viewerOf(req), above);

function viewerOf(req: Request) {
  const { actor, clock, now } = ctxOf(req);
  return { id: actor?.id ?? 0, staff: actor !== null && isStaff(actor), zone: clock.zone, now };
}
