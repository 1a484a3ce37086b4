import type { Request, Response } from 'express';
import { z } from 'zod';
import { body, query } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { done, render, safePath, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { forgive } from '../../web/throttle.ts';
import { isShutOut } from './actors.ts';
import { authenticate, closeSession, openSession } from './authentication.web.ts';
import { homeOf } from './present.ts';
import { isRegistrationOpen } from './register.ts';
import { Login } from './schemas.ts';
import { noteSignOut } from './sign-in.ts';
import { limitAddress, limitTries } from './throttles.web.ts';

const perAddress = { what: 'login:ip', limit: 60, seconds: 900 };
const perAccount = { what: 'login:account', limit: 10, seconds: 900 };

export const openDoor = page(doors.open);

const Next = z.object({ next: z.string().max(2000).optional().catch(undefined) });

async function showLogin(req: Request, res: Response): Promise<void> {
  const { actor } = ctxOf(req);
  if (actor) return res.redirect(303, homeOf(actor));
  const { shutOut } = req.session;
  await render(req, res, 'accounts/open/login', {
    title: t(req)('accounts:login.title'),
    next: query(Next, req).next,
    shutOut: shutOut !== undefined && (await isShutOut(ctxOf(req), shutOut)),
    registrationOpen: await isRegistrationOpen(ctxOf(req)),
  });
}

openDoor.get('/', { can: 'public' }, (req, res) => {
  const { actor } = ctxOf(req);
  res.redirect(303, actor ? homeOf(actor) : '/login');
});

openDoor.get('/login', { can: 'public' }, showLogin);

openDoor.post('/login', { can: 'public', again: showLogin }, async (req, res) => {
  const { login, next } = body(Login, req);
  const ctx = ctxOf(req);
  const account = login.toLowerCase();
  await limitAddress(ctx, perAddress);
  await limitTries(ctx, perAccount, account);
  const user = await authenticate(req, res);
  await forgive(ctx, perAccount, account);
  await openSession(req, user);
  done(res, { to: safePath(next, '/') });
});

openDoor.post('/logout', { can: 'public' }, async (req, res) => {
  await noteSignOut(ctxOf(req));
  await closeSession(req);
  done(res, { to: '/login' });
});

openDoor.get('/legal/personal-data', { can: 'public' }, (req, res) =>
  render(req, res, 'accounts/open/personal-data', { title: t(req)('accounts:legal.title') }),
);
