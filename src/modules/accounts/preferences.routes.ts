import type { Response } from 'express';
import { z } from 'zod';
import { body } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { done, safePath } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { keepLocale } from './preferences.ts';

const Back = z.string().max(2000).optional();
const year = 365 * 24 * 3600 * 1000;

/** Language and theme: a cookie for the browser, and the language with the person too, for letters. */
export const preferences = page(doors.open)
  .post('/locale', { can: 'public' }, async (req, res) => {
    const { locale, back } = body(z.object({ locale: z.enum(['ru', 'en']), back: Back }), req);
    await keepLocale(ctxOf(req), locale);
    remember(res, 'locale', locale);
    done(res, { to: safePath(back, '/') });
  })
  .post('/theme', { can: 'public' }, (req, res) => {
    const { theme, back } = body(z.object({ theme: z.enum(['system', 'light', 'dark']), back: Back }), req);
    remember(res, 'theme', theme);
    done(res, { to: safePath(back, '/') });
  });

function remember(res: Response, name: string, value: string): void {
  res.cookie(name, value, { maxAge: year, sameSite: 'lax', httpOnly: true, secure: res.req.secure, path: '/' });
}
