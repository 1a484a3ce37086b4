import type { Request, Response } from 'express';
import { doors, page } from '../../web/page.ts';
import { done, render, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { throttle } from '../../web/throttle.ts';
import { botState } from './bot-state.ts';
import { chatOfUser } from './chats.ts';
import { codeMinutes, makeCode, unlinkOwn } from './codes.ts';

const can = 'self:account:manage';
const home = '/account/telegram';
const codes = { what: 'telegram:codes', limit: 5, seconds: 600 };

async function show(req: Request, res: Response, code?: string): Promise<void> {
  const ctx = ctxOf(req);
  // Where there is no bot nothing speaks of it.
  if (!ctx.telegram.on) return res.redirect(303, '/account');
  const [chat, bot] = await Promise.all([chatOfUser(ctx, ctx.actor?.id ?? 0), botState(ctx)]);
  await render(req, res, 'telegram/open/account', {
    title: t(req)('telegram:account.title'),
    url: home,
    chat,
    bot: bot?.username,
    code: code && `${code.slice(0, 5)}-${code.slice(5)}`,
    link: code && bot?.username ? `https://t.me/${bot.username}?start=${code}` : null,
    minutes: codeMinutes,
  });
}

/** Where a person links his Telegram to his account, and unlinks it. The code is shown once, on the page that answers the form. */
export const account = page(doors.open)
  .get(home, { can }, (req, res) => show(req, res))
  .post('/account/telegram/codes', { can }, async (req, res) => {
    const ctx = ctxOf(req);
    if (!ctx.telegram.on) return done(res, { to: '/account' });
    await throttle(ctx, codes, String(ctx.actor?.id));
    await show(req, res, await makeCode(ctx));
  })
  .post('/account/telegram/unlinking', { can }, async (req, res) => {
    await unlinkOwn(ctxOf(req));
    done(res, { to: home, flash: 'telegram:flash.unlinked' });
  });
