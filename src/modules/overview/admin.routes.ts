import type { Request, Response } from 'express';
import { doors, page } from '../../web/page.ts';
import { render, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { whatNeedsAttention } from './attention.ts';
import { funnelByDay, sumsOf } from './funnel.ts';

/** The staff's home: the owner's numbers, and what waits for somebody. */
export const admin = page(doors.admin).get('', { can: 'staff:stats:read' }, showOverview);

async function showOverview(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  const [days, attention] = await Promise.all([funnelByDay(ctx, 30), whatNeedsAttention(ctx)]);
  await render(req, res, 'overview/admin/home', {
    title: t(req)('overview:title'),
    periods: [1, 7, 30].map((length) => ({ length, ...sumsOf(days.slice(-length)) })),
    days,
    attention,
  });
}
