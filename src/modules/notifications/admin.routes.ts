import type { Request, Response } from 'express';
import { body } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { done, render, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { channelsFor } from './channels.ts';
import { listDefaults, setDefaults } from './preferences.ts';
import { Switches } from './schemas.ts';

const can = 'staff:settings:manage';

/** What people are told of and where, until they choose for themselves. */
export const admin = page(doors.admin)
  .get('/notifications', { can }, showDefaults)
  .post('/notifications', { can, again: showDefaults }, async (req, res) => {
    await setDefaults(ctxOf(req), body(Switches, req));
    done(res, { to: '/admin/notifications', flash: 'notifications:flash.saved' });
  });

async function showDefaults(req: Request, res: Response): Promise<void> {
  const switches = await listDefaults(ctxOf(req));
  await render(req, res, 'notifications/admin/defaults', {
    title: t(req)('notifications:defaults.title'),
    switches,
    channels: await channelsFor(ctxOf(req), null),
  });
}
