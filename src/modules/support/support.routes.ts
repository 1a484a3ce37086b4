import type { Request, Response } from 'express';
import { z } from 'zod';
import { actorOf, type Ctx } from '../../ctx.ts';
import { ById, body, Id, params, query, RequestId } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { done, render, safePath } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { answer } from './answer.ts';
import { handOver, takeThread } from './assignment.ts';
import { cannedReplies, filled } from './canned.ts';
import { closeThread, reopenThread } from './closing.ts';
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
import { resend } from './delivery.ts';
import { draftOf, keepDraft } from './drafts.ts';
import { threadOfNote } from './events.ts';
import { linkGuest, usersLike } from './guests.ts';
import { nextWaiting } from './inbox.ts';
import { filterAt, targetsOf } from './inbox.web.ts';
import { labelThread } from './labels.ts';
import { mergeThreads } from './merge.ts';
import { noteForStaff } from './notes.ts';
import { lateness } from './overdue.ts';
import { othersOf } from './own-threads.ts';
import { personOf } from './person.ts';
import { titleOf } from './purposes.ts';
import { markUnread } from './reading.ts';
import {
  CloseForm,
  HandoverForm,
  LabelForm,
  LinkForm,
  MergeForm,
  MessageText,
  ReopenForm,
  SeenThread,
  TakeForm,
} from './schemas.ts';
import { getThread, type Thread } from './threads.ts';
import { sayViewing, sendViewing } from './viewing.web.ts';

const can = 'staff:threads:answer';

const Back = z.object({ back: z.string().max(2000).optional().catch(undefined) });
const BySaid = ById.extend({ saidId: Id });
const Chosen = z.object({ reply: Id.optional().catch(undefined) });
const Who = z.object({ who: z.string().max(100).default('').catch('') });
const Draft = z.object({ text: MessageText });
const Note = z.object({ requestId: RequestId, note: MessageText });

const pathOf = (id: number): string => `/support/threads/${id}`;
const threadAt = (req: Request) => getThread(ctxOf(req), params(ById, req).id);

async function showThread(req: Request, res: Response): Promise<void> {
  const thread = await threadAt(req);
  const ctx = ctxOf(req);
  const sent = Back.parse(req.body ?? {});
  const back = safePath(sent.back ?? query(Back, req).back, '/support');
  const conversation = await conversationOf(req, thread);
  const person = await personOf(ctx, thread);
  const { who } = query(Who, req);
  const [writing, next, targets, others, users, late] = await Promise.all([
    writingIn(req, thread, person),
    nextWaiting(ctx, filterAt(back), thread.id),
    targetsOf(req),
    othersOf(ctx, thread),
    'guest' in person ? usersLike(ctx, who) : [],
    lateness(ctx, thread),
  ]);
  await render(req, res, 'support/support/thread', {
    title: person.name,
    thread: { ...thread, title: titleOf(thread, ctx.locale), late },
    person,
    next,
    others,
    users,
    who,
    back,
    home: pathOf(thread.id),
    staff: true,
    // A refused act stands at an address of its own, to which no link may lead.
    ...(req.formState ? { url: pathOf(thread.id) } : {}),
    ...targets,
    ...writing,
    ...conversation,
  });
}

/** What stands in the field: what was begun, and a ready answer that a page without scripts asks for. */
async function writingIn(req: Request, thread: Thread, person: { name: string }) {
  const ctx = ctxOf(req);
  const [draft, replies] = await Promise.all([draftOf(ctx, thread), cannedReplies(ctx)]);
  const about = { person, operator: actorOf(ctx), thread };
  const canned = replies
    .map(({ text, purposeIds, ...reply }) => ({
      ...reply,
      text: filled(text, about),
      suggested: purposeIds.includes(thread.purposeId),
    }))
    .sort((a, b) => Number(b.suggested) - Number(a.suggested));
  const wanted = canned.find(({ id }) => id === query(Chosen, req).reply);
  return { canned, draft: [draft, wanted?.text].filter(Boolean).join('\n') };
}

const again = (req: Request, res: Response) => (wantsJson(req) ? sendRefusal(req, res) : showThread(req, res));

/** One conversation as staff see it, and what they do with it. */
export const support = page(doors.support)
  .get('/threads/:id', { can }, showThread)
  // A notice of a mention leads here: the note may have moved with its thread since.
  .get('/notes/:id', { can }, async (req, res) => {
    const { id } = params(ById, req);
    res.redirect(303, `${pathOf(await threadOfNote(ctxOf(req), id))}#n${id}`);
  })
  .get('/threads/:id/messages', { can }, async (req, res) => {
    const thread = await threadAt(req);
    await sendNews(req, res, thread, pathOf(thread.id));
  })
  .post('/threads/:id/messages', { can, upload: uploads, again }, async (req, res) => {
    const { id } = params(ById, req);
    const seen = body(SeenThread, req);
    const message = await answer(ctxOf(req), id, { ...(await writingOf(req)), ...seen });
    posted(req, res, message, pathOf(message.threadId));
  })
  .post('/threads/:id/messages/:saidId/delivery', { can, again }, async (req, res) => {
    const { id, saidId } = params(BySaid, req);
    await resend(ctxOf(req), id, saidId);
    done(res, { to: `${pathOf(id)}#m${saidId}`, flash: 'support:flash.resent' });
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
  .post('/threads/:id/draft', { can }, async (req, res) => {
    await keepDraft(ctxOf(req), await threadAt(req), body(Draft, req).text);
    res.status(204).end();
  })
  .get('/threads/:id/viewing', { can }, async (req, res) => sendViewing(req, res, await threadAt(req)))
  .post('/threads/:id/viewing', { can }, async (req, res) => sayViewing(req, res, await threadAt(req)))
  .get('/threads/:id/files/:fileId', { can }, async (req, res) => sendAttachment(req, res, await threadAt(req)));

/** An act on one thread, after which its page is shown again. */
function act<Form>(
  path: string,
  flash: string,
  form: z.ZodType<Form>,
  does: (ctx: Ctx, id: number, form: Form) => Promise<void>,
) {
  support.post(`/threads/:id/${path}`, { can, again }, async (req, res) => {
    const { id } = params(ById, req);
    await does(ctxOf(req), id, body(form, req));
    const { back } = Back.parse(req.body ?? {});
    done(res, {
      to: back ? `${pathOf(id)}?${new URLSearchParams({ back })}` : pathOf(id),
      flash: `support:flash.${flash}`,
    });
  });
}

act('assignment', 'taken', TakeForm, takeThread);
act('handover', 'handedOver', HandoverForm, handOver);
act('closure', 'closed', CloseForm, closeThread);
act('reopening', 'reopened', ReopenForm, reopenThread);
act('merges', 'merged', MergeForm, mergeThreads);
act('person', 'linked', LinkForm, linkGuest);
act('labels', 'saved', LabelForm, labelThread);
act('notes', 'noted', Note, (ctx, id, { requestId, note }) => noteForStaff(ctx, id, { requestId, text: note }));
