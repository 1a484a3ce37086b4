import type { Request, Response } from 'express';
import { clockOf } from '../../lib/quiet-hours.ts';
import { ById, body, params, query } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { Cursor, decodeCursor, pageOf } from '../../web/paginate.ts';
import { done, render, safePath, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { bellOf } from './bell.web.ts';
import { channelsFor } from './channels.ts';
import { markAllSeen, markDone, markSeen, snooze } from './marks.ts';
import { endOf } from './pause.ts';
import { listSwitches, quietHours, setQuietHours, setSwitches } from './preferences.ts';
import { kindsFor, shownNotice, targetOf } from './present.ts';
import { countNotices, getNotice, listNotices } from './queries.ts';
import { AllOf, Back, pauses, Quiet, Snooze, Switches, Wanted, zones } from './schemas.ts';

const can = 'self:account:manage';
const size = 30;
const home = '/notifications';

/** What one was told, and how one wants to be told. */
export const open = page(doors.open)
  .get(home, { can }, showList)
  .get('/notifications/unread', { can }, async (req, res) => void res.json(await bellOf(req)))
  .post('/notifications/seen', { can }, async (req, res) => {
    const count = await markAllSeen(ctxOf(req), { show: 'new', ...body(AllOf, req) });
    done(res, { to: backOf(req), flash: 'notifications:flash.allSeen', params: { count } });
  })
  .post('/notifications/:id/opening', { can }, async (req, res) => {
    const notice = await getNotice(ctxOf(req), params(ById, req).id);
    await markSeen(ctxOf(req), notice.id);
    done(res, { to: targetOf(notice) });
  })
  .post('/notifications/:id/seen', { can }, async (req, res) => {
    await markSeen(ctxOf(req), params(ById, req).id);
    done(res, { to: backOf(req) });
  })
  .post('/notifications/:id/done', { can }, async (req, res) => {
    await markDone(ctxOf(req), params(ById, req).id);
    done(res, { to: backOf(req), flash: 'notifications:flash.done' });
  })
  .post('/notifications/:id/snooze', { can }, async (req, res) => {
    await snooze(ctxOf(req), params(ById, req).id, endOf(body(Snooze, req).until, ctxOf(req)));
    done(res, { to: backOf(req), flash: 'notifications:flash.snoozed' });
  })
  .get('/notifications/settings', { can }, showSettings)
  .post('/notifications/settings', { can, again: showSettings }, async (req, res) => {
    await setSwitches(ctxOf(req), body(Switches, req));
    done(res, { to: '/notifications/settings', flash: 'notifications:flash.saved' });
  })
  .post('/notifications/quiet-hours', { can, again: showSettings }, async (req, res) => {
    await setQuietHours(ctxOf(req), body(Quiet, req));
    done(res, { to: '/notifications/settings', flash: 'notifications:flash.saved' });
  });

const backOf = (req: Request): string => safePath(body(Back, req).back, home);

async function showList(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  const wanted = query(Wanted, req);
  const cursor = query(Cursor, req);
  const bounds = { at: placeOf(cursor), backward: cursor.before !== undefined, size: size + 1 };
  const [found, counts] = await Promise.all([listNotices(ctx, wanted, bounds), countNotices(ctx, wanted)]);
  const list = pageOf(found, size, { cursor, keyOf: ({ at, id }) => [at.toISOString(), id] });
  await render(req, res, 'notifications/open/list', {
    title: t(req)('notifications:title'),
    page: { ...list, rows: list.rows.map((notice) => shownNotice(notice, t(req), ctx.now)) },
    counts,
    wanted,
    kinds: ctx.actor ? kindsFor(ctx.actor) : [],
    pauses,
  });
}

function placeOf({ after, before }: Cursor): { moment: Date; id: number } | null {
  const [at, id] = decodeCursor(before ?? after, 2) ?? [];
  const moment = new Date(typeof at === 'string' ? at : Number.NaN);
  return typeof id === 'number' && !Number.isNaN(moment.getTime()) ? { moment, id } : null;
}

async function showSettings(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  const [switches, quiet] = await Promise.all([listSwitches(ctx), quietHours(ctx)]);
  const zone = quiet?.zone ?? ctx.clock.zone;
  await render(req, res, 'notifications/open/settings', {
    title: t(req)('notifications:settings.title'),
    switches,
    channels: await channelsFor(ctx, ctx.actor?.id ?? 0),
    quiet: {
      on: quiet !== null,
      from: clockOf(quiet?.fromMinute ?? 22 * 60),
      until: clockOf(quiet?.untilMinute ?? 8 * 60),
      zone,
    },
    zones: [...new Set([...zones, ctx.clock.zone, zone])],
  });
}
