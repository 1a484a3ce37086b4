import type { Request, Response } from 'express';
import { body, query } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { done, render, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { changeEmail } from './change-email.ts';
import { isTokenGood } from './one-time-links.ts';
import { requestPasswordReset, resetPassword } from './reset-password.ts';
import { Address, NewPasswordByLink, Token } from './schemas.ts';
import { limitAddress, limitTries } from './throttles.web.ts';

const letters = { what: 'reset:email', limit: 3, seconds: 900 };
const lettersFromAddress = { what: 'reset:ip', limit: 20, seconds: 3600 };
const links = { what: 'link:ip', limit: 60, seconds: 900 };

/** What arrives by mail after the account exists: a new password, a new address. */
export const mailedLinks = page(doors.open)
  .get('/password-reset', { can: 'public' }, showRequest)
  .post('/password-reset', { can: 'public', again: showRequest }, async (req, res) => {
    const ctx = ctxOf(req);
    const { email } = body(Address, req);
    await limitAddress(ctx, lettersFromAddress);
    await limitTries(ctx, letters, email);
    await requestPasswordReset(ctx, email);
    done(res, { to: '/password-reset/sent' });
  })
  .get('/password-reset/sent', { can: 'public' }, (req, res) =>
    render(req, res, 'accounts/open/password-reset-sent', { title: t(req)('accounts:sent.title') }),
  )
  .get('/password-reset/new', { can: 'public' }, showNewPassword)
  .post('/password-reset/new', { can: 'public', again: showNewPassword }, async (req, res) => {
    const ctx = ctxOf(req);
    const { token, newPassword } = body(NewPasswordByLink, req);
    await limitAddress(ctx, links);
    await resetPassword(ctx, token, newPassword);
    done(res, { to: '/login', flash: 'accounts:flash.passwordReset' });
  })
  .get('/email-change', { can: 'public' }, showEmailChange)
  .post('/email-change', { can: 'public', again: showEmailChange }, async (req, res) => {
    const ctx = ctxOf(req);
    await limitAddress(ctx, links);
    await changeEmail(ctx, body(Token, req).token);
    done(res, { to: ctx.actor ? '/account' : '/login', flash: 'accounts:flash.emailChanged' });
  });

function showRequest(req: Request, res: Response): Promise<void> {
  return render(req, res, 'accounts/open/password-reset', { title: t(req)('accounts:reset.title') });
}

async function showNewPassword(req: Request, res: Response): Promise<void> {
  const token = tokenOf(req);
  const good = await isTokenGood(ctxOf(req), token, 'reset_password');
  await render(req, res, 'accounts/open/new-password', { title: t(req)('accounts:newPassword.title'), token, good });
}

async function showEmailChange(req: Request, res: Response): Promise<void> {
  const token = tokenOf(req);
  const good = await isTokenGood(ctxOf(req), token, 'change_email');
  await render(req, res, 'accounts/open/email-change', { title: t(req)('accounts:emailChange.title'), token, good });
}

const tokenOf = (req: Request): string => (req.method === 'POST' ? body(Token, req) : query(Token, req)).token;
