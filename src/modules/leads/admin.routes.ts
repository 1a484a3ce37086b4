import type { Request, Response } from 'express';
import { z } from 'zod';
import { Refusal } from '../../errors.ts';
import { businessDayOf } from '../../lib/business-day.ts';
import { personShown } from '../../lib/people.ts';
import { sendFile } from '../../web/download.ts';
import { body, Id, params } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { Cursor, decodeCursor, pageOf, pageSize } from '../../web/paginate.ts';
import { done, render, safePath, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { withQuery } from '../../web/urls.ts';
import { sumOf } from './agent-stats.ts';
import { countLeads, leadTotal } from './counts.ts';
import { approveLeads } from './decide.ts';
import { LeadFilter, statuses } from './filter.ts';
import { showLead } from './lead-page.web.ts';
import { listLeadTypes } from './lead-types.ts';
import { typeOptions, withShown } from './list.web.ts';
import { getFile } from './own-leads.ts';
import { BulkForm } from './schemas.ts';
import { keyIn, sorts } from './sort.ts';
import { getLead, staffLeads } from './staff-leads.ts';

/** Every lead, for staff. */
export const admin = page(doors.admin);

const read = { can: 'staff:leads:read' } as const;
const Sorted = z.object({ sort: z.enum(sorts).catch('-id') });

async function showList(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  // After a refused bulk act the list is that of the page it was sent from.
  const from = req.formState ? Object.fromEntries(new URLSearchParams(backQuery(req))) : req.query;
  const url = req.formState ? `/admin/leads?${backQuery(req)}` : req.originalUrl;
  const [filter, { sort }, cursor] = [LeadFilter.parse(from), Sorted.parse(from), Cursor.parse(from)];
  const place = { values: decodeCursor(cursor.before ?? cursor.after, 2), backward: cursor.before !== undefined };
  const [found, counts, types, agent] = await Promise.all([
    staffLeads(ctx, filter, sort, place, pageSize),
    countLeads(ctx, filter),
    listLeadTypes(ctx),
    personShown(ctx.sql, filter.agent),
  ]);
  const leads = pageOf(found, pageSize, { cursor, keyOf: keyIn(sort) });
  const total = await leadTotal(ctx, filter, counts, filter.status);
  const pending = filter.status ? null : await leadTotal(ctx, filter, counts, 'pending');
  await render(req, res, 'leads/admin/list', {
    title: t(req)('leads:list.title'),
    url,
    filter,
    sort,
    leads: leads.rows.map(withShown),
    statusTabs: [undefined, ...statuses].map((status) => ({
      href: withQuery(url, { status, after: null, before: null }),
      text: t(req)(`leads:tabs.${status ?? 'all'}`),
      count: counts && (status ? counts[status] : sumOf(counts)),
      active: filter.status === status,
    })),
    total,
    pendingFound: filter.status === 'pending' ? total : pending,
    types: typeOptions(types),
    agent,
    today: businessDayOf(ctx.now, ctx.clock),
    prev: leads.previous && withQuery(url, { before: leads.previous, after: null }),
    next: leads.next && withQuery(url, { after: leads.next, before: null }),
  });
}

const backQuery = (req: Request): string => safePath(req.body?.back, '').split('?')[1] ?? '';

admin.get('/leads', read, showList);

admin.post('/leads/approvals', { can: 'staff:leads:review', again: showList }, async (req, res) => {
  const { ids, all, back } = body(BulkForm, req);
  if (!all && ids.length === 0) throw new Refusal('leads:errors.noneChosen');
  const filter = LeadFilter.parse(Object.fromEntries(new URLSearchParams(backQuery(req))));
  const count = await approveLeads(ctxOf(req), all ? { filter } : { ids });
  done(res, { to: safePath(back, '/admin/leads'), flash: 'leads:flash.approvedMany', params: { count } });
});

admin.get('/leads/:id', read, showLead);

admin.get('/leads/:id/files/:fileId', read, async (req, res) => {
  const { id, fileId } = params(z.object({ id: Id, fileId: Id }), req);
  const ctx = ctxOf(req);
  await getLead(ctx, id);
  await sendFile(req, res, await getFile(ctx, id, fileId), { inline: true });
});
