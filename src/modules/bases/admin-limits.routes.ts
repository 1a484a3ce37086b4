import type { Request, Response } from 'express';
import { z } from 'zod';
import { ById, body, Id, params, query } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { Cursor, pageOf, pageSize } from '../../web/paginate.ts';
import { done, render, safePath, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { withQuery } from '../../web/urls.ts';
import { grantLimit } from './grants.ts';
import { countRequests, limitRequests } from './limit-queries.ts';
import { declineRequest, grantRequest } from './limit-requests.ts';
import { atOf } from './list.web.ts';
import { DeclineRequest, Grant, GrantRequest, lasts } from './schemas.ts';

/** Staff answer requests for more contacts, and grant them of their own accord. */
export const adminLimits = page(doors.admin);

const Filter = z.object({
  status: z.enum(['open', 'granted', 'declined', 'all']).catch('open').default('open'),
  agent: Id.optional().catch(undefined),
});

async function showLimits(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  const filter = query(Filter, req);
  const cursor = query(Cursor, req);
  const [found, counts] = await Promise.all([
    limitRequests(ctx, filter, atOf(cursor, 1), pageSize),
    countRequests(ctx),
  ]);
  const here = req.method === 'GET' ? req.originalUrl : '/admin/limits';
  const requests = pageOf(found, pageSize, { cursor, keyOf: ({ id }) => [id] });
  await render(req, res, 'bases/admin/limits', {
    title: t(req)('bases:requests.title'),
    filter,
    counts,
    requests: requests.rows,
    lasts: lasts.map((value) => ({ value, text: t(req)(`bases:lasts.${value}`) })),
    prev: requests.previous && withQuery(here, { before: requests.previous, after: null }),
    next: requests.next && withQuery(here, { after: requests.next, before: null }),
    here,
    failed: req.formState ? req.params.id : undefined,
  });
}

const can = 'staff:limits:grant';

adminLimits.get('/limits', { can }, showLimits);

adminLimits.post('/limits/:id/grant', { can, again: showLimits }, async (req, res) => {
  const { id } = params(ById, req);
  const { back, ...decision } = body(GrantRequest, req);
  await grantRequest(ctxOf(req), id, decision);
  done(res, { to: safePath(back, '/admin/limits'), flash: 'bases:flash.granted', params: { count: decision.amount } });
});

adminLimits.post('/limits/:id/decline', { can, again: showLimits }, async (req, res) => {
  const { id } = params(ById, req);
  const { back, answer } = body(DeclineRequest, req);
  await declineRequest(ctxOf(req), id, answer);
  done(res, { to: safePath(back, '/admin/limits'), flash: 'bases:flash.declined' });
});

adminLimits.post('/users/:id/grants', { can }, async (req, res) => {
  const { id } = params(ById, req);
  const { back, ...grant } = body(Grant, req);
  await grantLimit(ctxOf(req), { agentId: id, ...grant });
  done(res, {
    to: safePath(back, `/admin/users/${id}`),
    flash: 'bases:flash.granted',
    params: { count: grant.amount },
  });
});
