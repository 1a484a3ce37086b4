import type { Request, Response } from 'express';
import { z } from 'zod';
import { ById, body, Id, params, query } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { done, render, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { pendingLeadCount } from './agent-stats.ts';
import { type Decision, decideLead } from './decide.ts';
import { leadPage, showLead } from './lead-page.web.ts';
import { shownContact } from './present.ts';
import { reopenLead } from './reopen.ts';
import { DecisionForm } from './schemas.ts';
import { getLead, neighboursOf, nextPending } from './staff-leads.ts';

/** Moderation: one lead at a time, and the acts on a lead. */
export const queue = page(doors.admin);

const can = { can: 'staff:leads:review' } as const;
const At = z.object({ id: Id.optional().catch(undefined), after: Id.optional().catch(undefined) });

async function showQueue(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  const asked = req.formState ? { id: params(ById, req).id } : query(At, req);
  const [id, left] = await Promise.all([
    asked.id ?? nextPending(ctx, 'after' in asked ? asked.after : 0),
    pendingLeadCount(ctx),
  ]);
  const title = t(req)('leads:queue.title');
  if (!id) return render(req, res, 'leads/admin/queue', { title, left });
  const [page, around] = await Promise.all([leadPage(req, id), neighboursOf(ctx, id)]);
  await render(req, res, 'leads/admin/queue', { title, left, ...page, ...around });
}

queue.get('/leads/queue', can, showQueue);

/** Where an act was sent from is where it is shown again. */
async function showAgain(req: Request, res: Response): Promise<void> {
  await (req.body?.from === 'queue' ? showQueue(req, res) : showLead(req, res));
}

function decision(
  path: string,
  verdict: Decision['verdict'],
  noteOf: (form: z.infer<typeof DecisionForm>) => string | undefined,
) {
  queue.post(`/leads/:id/${path}`, { ...can, again: showAgain }, async (req, res) => {
    const { id } = params(ById, req);
    const form = body(DecisionForm, req);
    await decideLead(ctxOf(req), id, form.version, { verdict, note: noteOf(form) });
    const lead = await getLead(ctxOf(req), id);
    const to = form.from === 'queue' ? `/admin/leads/queue?after=${id}` : `/admin/leads/${id}`;
    done(res, { to, flash: `leads:flash.${verdict}`, params: { value: shownContact(lead) } });
  });
}

decision('approval', 'approved', () => undefined);
decision('rejection', 'rejected', ({ reason }) => reason);
decision('rework', 'rework', ({ comment }) => comment);

queue.post('/leads/:id/reopening', { ...can, again: showAgain }, async (req, res) => {
  const { id } = params(ById, req);
  const { version, to, comment } = body(DecisionForm, req);
  const lead = await reopenLead(ctxOf(req), id, version, { to, note: comment });
  done(res, { to: `/admin/leads/${id}`, flash: 'leads:flash.reopened', params: { value: lead.value } });
});
