import type { Request, Response } from 'express';
import { z } from 'zod';
import { describeBrowser } from '../../lib/browsers.ts';
import { body, params } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { done, render, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { requestEmailChange } from './change-email.ts';
import { changePassword } from './change-password.ts';
import { setMailing } from './consents.ts';
import { findMyAccount } from './queries.ts';
import { EmailChange, Mailing, PasswordChange } from './schemas.ts';
import { endOtherSessions, endSession, listSessions } from './sessions.ts';
import { limitTries } from './throttles.web.ts';

const passwordTries = { what: 'password:account', limit: 10, seconds: 900 };
const Handle = z.object({ handle: z.string().regex(/^[0-9a-f]{64}$/) });
const can = 'self:account:manage';

/** One's own account: address, password, sessions, consents. */
export const account = page(doors.open)
  .get('/account', { can }, showAccount)
  .post('/account/email', { can, again: showAccount }, async (req, res) => {
    const { email, emailPassword } = body(EmailChange, req);
    await limitMyTries(req);
    await requestEmailChange(ctxOf(req), { email, password: emailPassword });
    done(res, { to: '/account', flash: 'accounts:flash.emailLinkSent', params: { email } });
  })
  .post('/account/password', { can, again: showAccount }, async (req, res) => {
    const passwords = body(PasswordChange, req);
    await limitMyTries(req);
    req.session.epoch = await changePassword(ctxOf(req), passwords);
    done(res, { to: '/account', flash: 'accounts:flash.passwordChanged' });
  })
  .post('/account/sessions/ending', { can }, async (req, res) => {
    req.session.epoch = await endOtherSessions(ctxOf(req));
    done(res, { to: '/account#sessions', flash: 'accounts:flash.othersEnded' });
  })
  .post('/account/sessions/:handle/ending', { can }, async (req, res) => {
    req.session.epoch = await endSession(ctxOf(req), params(Handle, req).handle, req.sessionID);
    done(res, { to: '/account#sessions', flash: 'accounts:flash.sessionEnded' });
  })
  .post('/account/mailing', { can }, async (req, res) => {
    await setMailing(ctxOf(req), body(Mailing, req).mailing);
    done(res, { to: '/account#consents', flash: 'accounts:flash.saved' });
  });

async function showAccount(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  const me = await findMyAccount(ctx);
  const sessions = await listSessions(ctx, me.id, req.sessionID);
  await render(req, res, 'accounts/open/account', {
    title: t(req)('accounts:account.title'),
    person: me,
    telegram: ctx.telegram.on,
    sessions: sessions.map((session) => ({ ...session, browser: describeBrowser(session.userAgent) })),
  });
}

const limitMyTries = (req: Request): Promise<void> =>
  limitTries(ctxOf(req), passwordTries, String(ctxOf(req).actor?.id));
