import type { Request, Response } from 'express';
import { describeBrowser } from '../../lib/browsers.ts';
import { ById, body, params, query } from '../../web/form.ts';
import { hasTranslation } from '../../web/i18n.ts';
import { doors, page } from '../../web/page.ts';
import { Cursor, decodeCursor, pageOf, pageSize } from '../../web/paginate.ts';
import { done, render, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { showEvent } from '../audit/index.ts';
import { allowancesOf, listBaseTypes } from '../bases/index.ts';
import { findThread, getPerson, grantsOf, issuancesOf, leadsOf, personEvents } from './card.ts';
import { approveUser, banUser, changeRole, endSessionsOf, liftBan } from './decide.ts';
import { BanForm, LiftingForm, RoleForm } from './schemas.ts';
import { listSessions } from './sessions.ts';

const can = 'staff:users:read';
const cardOf = (id: number): string => `/admin/users/${id}`;

/** One person's card: an address for each tab, and the decisions about the person. */
export const card = page(doors.admin)
  .get('/users/:id', { can }, showProfile)
  .get('/users/:id/limits', { can }, showLimits)
  .get('/users/:id/issuances', { can: 'staff:contacts:read' }, (req, res) =>
    showList(req, res, 'issuances', issuancesOf),
  )
  .get('/users/:id/leads', { can: 'staff:leads:read' }, (req, res) => showList(req, res, 'leads', leadsOf))
  .get('/users/:id/thread', { can: 'staff:threads:answer' }, (req, res) => showTab(req, res, 'thread', findThread))
  .get('/users/:id/sessions', { can: 'staff:users:manage' }, (req, res) =>
    showTab(req, res, 'sessions', async (ctx, id) =>
      (await listSessions(ctx, id, '')).map((one) => ({ ...one, browser: describeBrowser(one.userAgent) })),
    ),
  )
  .get('/users/:id/audit', { can: 'staff:audit:read' }, showAudit)
  .post('/users/:id/approval', { can: 'staff:users:approve', again: showProfile }, async (req, res) => {
    const { id } = params(ById, req);
    await approveUser(ctxOf(req), id);
    done(res, { to: cardOf(id), flash: 'accounts:flash.approved' });
  })
  .post('/users/:id/ban', { can: 'staff:users:ban', again: showProfile }, async (req, res) => {
    const { id } = params(ById, req);
    await banUser(ctxOf(req), id, body(BanForm, req));
    done(res, { to: cardOf(id), flash: 'accounts:flash.banned' });
  })
  .post('/users/:id/ban/lifting', { can: 'staff:users:ban', again: showProfile }, async (req, res) => {
    const { id } = params(ById, req);
    await liftBan(ctxOf(req), id, body(LiftingForm, req));
    done(res, { to: cardOf(id), flash: 'accounts:flash.restored' });
  })
  .post('/users/:id/role', { can: 'staff:users:manage', again: showProfile }, async (req, res) => {
    const { id } = params(ById, req);
    await changeRole(ctxOf(req), id, body(RoleForm, req).role);
    done(res, { to: cardOf(id), flash: 'accounts:flash.roleChanged' });
  })
  .post('/users/:id/sessions/ending', { can: 'staff:users:manage', again: showProfile }, async (req, res) => {
    const { id } = params(ById, req);
    await endSessionsOf(ctxOf(req), id);
    done(res, { to: `${cardOf(id)}/sessions`, flash: 'accounts:flash.sessionsEnded' });
  });

type Load<T> = (ctx: ReturnType<typeof ctxOf>, id: number) => Promise<T>;

/** A tab of the card: the person, and what `load` finds under the tab's own name. */
async function showTab<T>(req: Request, res: Response, tab: string, load: Load<T>): Promise<void> {
  const person = await getPerson(ctxOf(req), params(ById, req).id);
  const found = await load(ctxOf(req), person.id);
  await render(req, res, `accounts/admin/person-${tab}`, { title: person.name, person, tab, [tab]: found });
}

function showProfile(req: Request, res: Response): Promise<void> {
  return showTab(req, res, 'profile', async () => null);
}

function showLimits(req: Request, res: Response): Promise<void> {
  return showTab(req, res, 'limits', async (ctx, id) => ({
    allowances: await allowancesOf(ctx, id),
    bases: (await listBaseTypes(ctx)).filter(({ active }) => active),
    grants: await grantsOf(ctx, id),
  }));
}

type Listing<T> = (
  ctx: ReturnType<typeof ctxOf>,
  id: number,
  at: { beyond: number | null; backward: boolean; size: number },
) => Promise<T[]>;

async function showList<T extends { id: number }>(
  req: Request,
  res: Response,
  tab: string,
  list: Listing<T>,
): Promise<void> {
  const cursor = query(Cursor, req);
  await showTab(req, res, tab, async (ctx, id) => {
    const [beyond] = decodeCursor(cursor.after ?? cursor.before, 1) ?? [];
    const at = { beyond: typeof beyond === 'number' ? beyond : null, backward: cursor.before !== undefined };
    const found = await list(ctx, id, { ...at, size: pageSize + 1 });
    return pageOf(found, pageSize, { cursor, keyOf: (row) => [row.id] });
  });
}

function showAudit(req: Request, res: Response): Promise<void> {
  const words = { t: t(req), has: (key: string) => hasTranslation(key, ctxOf(req).locale) };
  return showList(req, res, 'audit', async (ctx, id, at) =>
    (await personEvents(ctx, id, at)).map((event) => showEvent(event, words)),
  );
}
