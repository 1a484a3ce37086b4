import type { Request, Response } from 'express';
import { body } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { done, render, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { SettingsForm } from './schemas.ts';
import { listSettings, setSettings } from './settings.ts';

const can = 'staff:settings:manage';

/** The switches of the house. */
export const admin = page(doors.admin)
  .get('/settings', { can }, showSettings)
  .post('/settings', { can, again: showSettings }, async (req, res) => {
    const changed = await setSettings(ctxOf(req), body(SettingsForm, req));
    const flash = changed > 0 ? 'settings:flash.saved' : 'settings:flash.same';
    done(res, { to: '/admin/settings', flash, params: { count: changed } });
  });

async function showSettings(req: Request, res: Response): Promise<void> {
  const settings = await listSettings(ctxOf(req));
  await render(req, res, 'settings/admin/settings', { title: t(req)('settings:title'), settings });
}
