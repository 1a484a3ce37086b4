import type { Request, Response } from 'express';
import { actorOf, type Ctx } from '../../ctx.ts';
import { doors, page } from '../../web/page.ts';
import { render, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { agentContactStats, allowancesOf } from '../bases/index.ts';
import { leadStatsOf } from '../leads/index.ts';
import { homeOf } from './present.ts';
import { findMyAccount } from './queries.ts';

/** The agent's home; for whoever waits, where the application stands. */
export const cabinet = page(doors.cabinet).get('', { can: 'self:account:manage' }, showHome);

async function showHome(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  const { name, role, status } = actorOf(ctx);
  if (status === 'pending') {
    const title = t(req)('accounts:application.title');
    return render(req, res, 'accounts/cabinet/application', { title, person: await findMyAccount(ctx) });
  }
  if (role !== 'user') return res.redirect(303, homeOf({ role }));
  const title = t(req)('accounts:home.title', { name });
  await render(req, res, 'accounts/cabinet/home', { title, ...(await workOf(ctx)) });
}

/** The agent's day: what may still be taken and what came of it. */
async function workOf(ctx: Ctx) {
  const [contacts, allowances, leads] = await Promise.all([
    agentContactStats(ctx),
    allowancesOf(ctx, actorOf(ctx).id),
    leadStatsOf(ctx),
  ]);
  const takeable = allowances.filter(({ left, free }) => left > 0 && free !== 'none');
  return { contacts, leads, left: takeable.reduce((sum, { left }) => sum + left, 0), bases: takeable.length };
}
