import { doors, page } from '../../web/page.ts';
import { render, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { botState } from './bot-state.ts';
import { overviewOf } from './overview.ts';

const can = 'staff:settings:manage';

/** How the bot fares; where there is none, how to get one. */
export const admin = page(doors.admin).get('/telegram', { can }, async (req, res) => {
  const ctx = ctxOf(req);
  const { on, mode } = ctx.telegram;
  const [bot, overview] = on ? await Promise.all([botState(ctx), overviewOf(ctx)]) : [];
  await render(req, res, 'telegram/admin/bot', { title: t(req)('telegram:admin.title'), on, mode, bot, overview });
});
