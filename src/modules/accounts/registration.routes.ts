import type { Request, Response } from 'express';
import { z } from 'zod';
import { body, query } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { done, render, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { confirmEmail, resendConfirmation, resendMyConfirmation } from './confirm-email.ts';
import { isTokenGood } from './one-time-links.ts';
import { homeOf } from './present.ts';
import { isRegistrationOpen, register } from './register.ts';
import { Address, Registration, Token } from './schemas.ts';
import { limitAddress, limitTries } from './throttles.web.ts';

const registrations = { what: 'register:ip', limit: 20, seconds: 3600 };
const lettersToAddress = { what: 'confirmation:email', limit: 3, seconds: 900 };
const lettersFromAddress = { what: 'confirmation:ip', limit: 20, seconds: 3600 };
const links = { what: 'link:ip', limit: 60, seconds: 900 };

const Sent = z.object({ to: z.string().max(200).optional().catch(undefined) });

/** From the application to a confirmed address. */
export const registration = page(doors.open)
  .get('/register', { can: 'public' }, showRegistration)
  .post('/register', { can: 'public', again: showRegistration }, async (req, res) => {
    const ctx = ctxOf(req);
    const application = body(Registration, req);
    await limitAddress(ctx, registrations);
    await register(ctx, application);
    done(res, { to: `/register/sent?to=${encodeURIComponent(application.email)}` });
  })
  .get('/register/sent', { can: 'public' }, showSent)
  .post('/confirmation/letter', { can: 'public', again: showSent }, async (req, res) => {
    const ctx = ctxOf(req);
    const { email } = body(Address, req);
    await limitAddress(ctx, lettersFromAddress);
    await limitTries(ctx, lettersToAddress, email);
    await resendConfirmation(ctx, email);
    done(res, { to: `/register/sent?to=${encodeURIComponent(email)}`, flash: 'accounts:flash.letterSent' });
  })
  .post('/cabinet/confirmation', { can: 'self:account:manage' }, async (req, res) => {
    const ctx = ctxOf(req);
    await limitTries(ctx, lettersToAddress, ctx.actor?.email ?? '');
    await resendMyConfirmation(ctx);
    done(res, { to: '/cabinet', flash: 'accounts:flash.letterSent' });
  })
  .get('/confirmation', { can: 'public' }, showConfirmation)
  .post('/confirmation', { can: 'public', again: showConfirmation }, async (req, res) => {
    const ctx = ctxOf(req);
    await limitAddress(ctx, links);
    await confirmEmail(ctx, body(Token, req).token);
    done(res, { to: ctx.actor ? '/cabinet' : '/login', flash: 'accounts:flash.emailConfirmed' });
  });

async function showRegistration(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  if (ctx.actor) return res.redirect(303, homeOf(ctx.actor));
  const open = await isRegistrationOpen(ctx);
  await render(req, res, 'accounts/open/register', { title: t(req)('accounts:register.title'), open });
}

async function showSent(req: Request, res: Response): Promise<void> {
  const to = query(Sent, req).to;
  await render(req, res, 'accounts/open/register-sent', { title: t(req)('accounts:sent.title'), to });
}

/** Opening the link only shows a button: mail scanners open links, people press buttons. */
async function showConfirmation(req: Request, res: Response): Promise<void> {
  const { token } = req.method === 'POST' ? body(Token, req) : query(Token, req);
  const good = await isTokenGood(ctxOf(req), token, 'confirm_email');
  await render(req, res, 'accounts/open/confirmation', { title: t(req)('accounts:confirmation.title'), token, good });
}
