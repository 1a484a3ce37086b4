import type { Request, Response } from 'express';
import { z } from 'zod';
import { ById, body, Id, params } from '../../web/form.ts';
import { hasTranslation } from '../../web/i18n.ts';
import { doors, page } from '../../web/page.ts';
import { done, fragment, render, safePath, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { sendPage } from '../../web/send-page.ts';
import { BanForm } from '../accounts/index.ts';
import { showEvent } from '../audit/index.ts';
import { Grant } from '../bases/index.ts';
import { approveBeside, banBeside, decideBeside, grantBeside, panelOf } from './panel.ts';
import { getThread } from './threads.ts';

const can = 'staff:threads:answer';
const ByLead = ById.extend({ leadId: Id });
const Decision = z.object({
  version: Id,
  verdict: z.enum(['approved', 'rework']),
  comment: z.string().trim().max(500).optional(),
});

/** A part of the thread's page that it fetches by itself; without scripts, and after a refused act, a page. */
async function showPanel(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  const thread = await getThread(ctx, params(ById, req).id);
  const { events, bases, ...found } = await panelOf(ctx, thread);
  const home = `/support/threads/${thread.id}`;
  const words = { t: t(req), has: (key: string) => hasTranslation(key, ctx.locale) };
  const panel = {
    ...found,
    home,
    back: safePath(req.body?.back ?? req.query.back, ''),
    baseOptions: bases.map(({ id, name }) => ({ value: id, text: name })),
    events: events.map((event) => showEvent(event, words)),
    requestId: crypto.randomUUID(),
    may: mayOf(req),
  };
  const locals = { panel, thread, home, ...(req.formState ? { url: `${home}/person` } : {}) };
  if (req.get('hx-request')) return sendPage(req, res, fragment(req, 'support/support/panel-part', locals));
  await render(req, res, 'support/support/panel', { title: found.person?.name ?? '', ...locals });
}

const mayOf = (req: Request) => {
  const may = ctxOf(req).actor?.permissions;
  return {
    grant: may?.has('staff:limits:grant'),
    leads: may?.has('staff:leads:read'),
    review: may?.has('staff:leads:review'),
    approve: may?.has('staff:users:approve'),
    ban: may?.has('staff:users:ban'),
  };
};

const back = (req: Request): string => {
  const home = `/support/threads/${params(ById, req).id}`;
  const to = safePath(req.body?.back, '');
  return to ? `${home}?${new URLSearchParams({ back: to })}` : home;
};

/** Who the person is, and what may be done for him without leaving the conversation. */
export const panelRoutes = page(doors.support)
  .get('/threads/:id/person', { can }, showPanel)
  .post('/threads/:id/grants', { can: 'staff:limits:grant', again: showPanel }, async (req, res) => {
    const { back: _back, ...grant } = body(Grant, req);
    await grantBeside(ctxOf(req), params(ById, req).id, grant);
    done(res, { to: back(req), flash: 'support:flash.granted', params: { count: grant.amount } });
  })
  .post('/threads/:id/leads/:leadId', { can: 'staff:leads:review', again: showPanel }, async (req, res) => {
    const { id, leadId } = params(ByLead, req);
    const decision = body(Decision, req);
    await decideBeside(ctxOf(req), id, leadId, decision);
    done(res, { to: back(req), flash: `support:flash.lead.${decision.verdict}` });
  })
  .post('/threads/:id/approval', { can: 'staff:users:approve', again: showPanel }, async (req, res) => {
    await approveBeside(ctxOf(req), params(ById, req).id);
    done(res, { to: back(req), flash: 'support:flash.approved' });
  })
  .post('/threads/:id/ban', { can: 'staff:users:ban', again: showPanel }, async (req, res) => {
    await banBeside(ctxOf(req), params(ById, req).id, body(BanForm, req));
    done(res, { to: back(req), flash: 'support:flash.banned' });
  });
