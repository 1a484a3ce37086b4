import type { Request, Response } from 'express';
import { z } from 'zod';
import { dayText } from '../../lib/written-dates.ts';
import { sendFile } from '../../web/download.ts';
import { ById, body, Id, params, query, RequestId } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { Cursor, decodeCursor, pageOf } from '../../web/paginate.ts';
import { done, render, t } from '../../web/render.ts';
import { ctxOf, uploadsOf } from '../../web/request.ts';
import { withQuery } from '../../web/urls.ts';
import { leadStatsOf, sumOf } from './agent-stats.ts';
import { accept, maxFiles, maxMegabytes } from './attachments.ts';
import { countLeads, leadTotal } from './counts.ts';
import { draftFiles, dropDrafts, getDraft } from './drafts.ts';
import { statuses } from './filter.ts';
import { listLeadTypes } from './lead-types.ts';
import { shownFiles, timelineOf, typeOptions, withShown } from './list.web.ts';
import { eventsOf, filesOf, getFile, getOwn, owned, ownLeads } from './own-leads.ts';
import { resubmitLead } from './resubmit.ts';
import { OwnFilter, ResubmissionForm } from './schemas.ts';

/** The agent's own leads. */
export const cabinet = page(doors.cabinet);

const can = { can: 'agent:leads:report' } as const;
const size = 30;

cabinet.get('/leads', can, async (req, res) => {
  const ctx = ctxOf(req);
  const filter = query(OwnFilter, req);
  const cursor = query(Cursor, req);
  const [edge] = decodeCursor(cursor.before ?? cursor.after, 1) ?? [];
  const at = { beyond: edge === undefined ? null : Number(edge), backward: cursor.before !== undefined };
  const [found, counts, stats, types] = await Promise.all([
    ownLeads(ctx, filter, at, size),
    countLeads(ctx, owned(ctx, filter)),
    leadStatsOf(ctx),
    listLeadTypes(ctx),
  ]);
  const leads = pageOf(found, size, { cursor, keyOf: ({ id }) => [id] });
  const total = await leadTotal(ctx, owned(ctx, filter), counts, filter.status);
  await render(req, res, 'leads/cabinet/list', {
    title: t(req)('leads:mine.title'),
    filter,
    leads: leads.rows.map(withShown),
    statusTabs: [undefined, ...statuses].map((status) => ({
      href: withQuery(req.originalUrl, { status, after: null, before: null }),
      text: t(req)(`leads:tabs.${status ?? 'all'}`),
      count: counts && (status ? counts[status] : sumOf(counts)),
      active: filter.status === status,
      tone: status === 'rework' && (counts?.rework ?? 0) > 0 ? 'danger' : undefined,
    })),
    total,
    stats,
    days: {
      labels: stats.days.map(({ day }) => dayText(day).slice(0, 5)),
      approved: stats.days.map(({ approved }) => approved),
      others: stats.days.map(({ reported, approved }) => reported - approved),
    },
    types: typeOptions(types),
    prev: leads.previous && withQuery(req.originalUrl, { before: leads.previous, after: null }),
    next: leads.next && withQuery(req.originalUrl, { after: leads.next, before: null }),
  });
});

cabinet.get('/leads/:id', can, async (req, res) => {
  const ctx = ctxOf(req);
  const lead = withShown(await getOwn(ctx, params(ById, req).id));
  const [files, events] = await Promise.all([filesOf(ctx, lead.id), eventsOf(ctx, lead.id)]);
  await render(req, res, 'leads/cabinet/lead', {
    title: t(req)('leads:lead.title', { id: lead.id }),
    subject: lead,
    files: shownFiles(files, `/cabinet/leads/${lead.id}/files`),
    events: timelineOf(t(req), events, { names: false }),
  });
});

async function showEdit(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  const lead = withShown(await getOwn(ctx, params(ById, req).id));
  if (lead.status !== 'rework' && !req.formState) return res.redirect(303, `/cabinet/leads/${lead.id}`);
  const requestId = RequestId.safeParse(req.formState?.values.requestId).data ?? crypto.randomUUID();
  const [files, drafts, types] = await Promise.all([
    filesOf(ctx, lead.id),
    draftFiles(ctx, requestId),
    listLeadTypes(ctx),
  ]);
  const kept = req.formState ? [req.formState.values.keep ?? []].flat().map(Number) : files.map(({ id }) => id);
  await render(req, res, 'leads/cabinet/edit', {
    title: t(req)('leads:edit.title', { id: lead.id }),
    subject: lead,
    formId: requestId,
    kept: shownFiles(files, `/cabinet/leads/${lead.id}/files`).map((file) => ({
      ...file,
      kept: kept.includes(file.id),
    })),
    drafts: shownFiles(drafts, '/cabinet/leads/drafts'),
    types: typeOptions(types.filter(({ active, id }) => active || id === lead.typeId)),
    files: { accept, maxMegabytes },
  });
}

cabinet.get('/leads/:id/edit', can, showEdit);

const upload = { fields: ['files'], maxFiles, maxMegabytes };

cabinet.post('/leads/:id/resubmission', { ...can, upload, again: showEdit }, async (req, res) => {
  const ctx = ctxOf(req);
  const { id } = params(ById, req);
  await getOwn(ctx, id);
  const { keep, drop, ...form } = body(ResubmissionForm, req);
  await dropDrafts(ctx, form.requestId, drop);
  await resubmitLead(ctx, id, { ...form, keptFileIds: keep, files: uploadsOf(req, 'files') });
  done(res, { to: `/cabinet/leads/${id}`, flash: 'leads:flash.resubmitted' });
});

cabinet.get('/leads/drafts/:fileId', can, async (req, res) => {
  const { fileId } = params(z.object({ fileId: Id }), req);
  await sendFile(req, res, await getDraft(ctxOf(req), fileId), { inline: true });
});

cabinet.get('/leads/:id/files/:fileId', can, async (req, res) => {
  const { id, fileId } = params(z.object({ id: Id, fileId: Id }), req);
  const ctx = ctxOf(req);
  await getOwn(ctx, id);
  await sendFile(req, res, await getFile(ctx, id, fileId), { inline: true });
});
