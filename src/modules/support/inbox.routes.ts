import type { Request, Response } from 'express';
import { Refusal } from '../../errors.ts';
import { body } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { Cursor, decodeCursor, pageOf, pageSize } from '../../web/paginate.ts';
import { done, render, safePath, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { withQuery } from '../../web/urls.ts';
import { assignMany, type Chosen, closeMany, tagMany } from './bulk.ts';
import { inbox, type Line } from './inbox.ts';
import { filterAt, inboxAround, withoutPlaces } from './inbox.web.ts';
import { acceptNew } from './operators.ts';
import { lateBy } from './overdue.ts';
import { AcceptForm, BulkForm } from './schemas.ts';
import { badgeOf, follow } from './stream.web.ts';

const can = 'staff:threads:answer';
const size = pageSize;

const place = (cursor: string | undefined) => (decodeCursor(cursor, 3) as Line['place'] | null) ?? undefined;
// After a refused act the list is that of the page it was sent from.
const urlOf = (req: Request): string => (req.formState ? safePath(req.body?.back, '/support') : req.originalUrl);

async function showInbox(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  const url = urlOf(req);
  const filter = filterAt(url);
  const cursor = Cursor.parse(Object.fromEntries(new URL(url, 'http://x').searchParams));
  const bounds = { after: place(cursor.after), before: place(cursor.before), size: size + 1 };
  const [found, { hours, ...around }] = await Promise.all([
    inbox(ctx, filter, bounds),
    inboxAround(req, url, filter, true),
  ]);
  const lines = pageOf(found, size, { cursor, keyOf: (line) => line.place });
  await render(req, res, 'support/support/queue', {
    title: t(req)('support:queue.title'),
    url,
    page: lines,
    shown: lines.rows.map(shownOf),
    boardAt: withQuery(withoutPlaces(url), { status: null, show: null }).replace('/support', '/support/board'),
    // Beside the lines: it moves with the clock, and the lines are kept.
    late: Object.fromEntries(found.map((line) => [line.id, lateBy(line, hours.get(line.departmentId), ctx.now)])),
    live: cursor.after === undefined && cursor.before === undefined,
    ...around,
  });
}

// All that a line shows but the time, and nothing else: lines are kept by it.
const shownOf = (line: Line) => ({
  id: line.id,
  name: line.name,
  status: line.status,
  unread: line.unread,
  threadStatus: line.threadStatus,
  priority: line.priority,
  tags: line.tags,
  title: line.title,
  assignee: line.assignee,
  text: line.text,
  fromStaff: line.fromStaff,
  files: line.files,
});

/** What the bulk bar names: the chosen rows, or everything that the list's filter finds. */
function chosenOf({ ids, all, back }: { ids: number[]; all?: string | undefined; back?: string | undefined }): Chosen {
  // "All" of a list that nobody can name would be everything.
  const list = safePath(back, '');
  if (all && list !== '') return { filter: filterAt(list) };
  if (ids.length === 0) throw new Refusal('support:errors.chooseThreads');
  return { ids };
}

function bulk(path: string, flash: string, act: (req: Request, chosen: Chosen) => Promise<number>): void {
  inboxRoutes.post(path, { can, again: showInbox }, async (req, res) => {
    const form = body(BulkForm, req);
    const count = await act(req, chosenOf(form));
    const to = safePath(form.back, '/support');
    if (count === 0) return done(res, { to, flash: `support:flash.none.${flash}`, kind: 'info' });
    done(res, { to, flash: `support:flash.${flash}`, params: { count } });
  });
}

/** The inbox of the staff and what is done with many threads at once. */
export const inboxRoutes = page(doors.support)
  .get('/', { can }, showInbox)
  .get('/events', { can }, (req, res) => follow(req, res, can))
  .get('/unread', { can }, async (req, res) => void res.json(await badgeOf(req)))
  .post('/acceptance', { can }, async (req, res) => {
    await acceptNew(ctxOf(req), body(AcceptForm, req).acceptsNew === 'yes');
    done(res, { to: safePath(req.body?.back, '/support'), flash: 'support:flash.saved' });
  });

bulk('/threads/closures', 'closedMany', (req, chosen) => closeMany(ctxOf(req), chosen));
bulk('/threads/assignments', 'assignedMany', (req, chosen) => {
  const { operatorId } = body(BulkForm, req);
  if (!operatorId) throw new Refusal('support:errors.chooseOperator');
  return assignMany(ctxOf(req), chosen, operatorId);
});
bulk('/threads/tags', 'taggedMany', (req, chosen) => {
  const { tag } = body(BulkForm, req);
  if (tag === '') throw new Refusal('support:errors.chooseTag');
  return tagMany(ctxOf(req), chosen, tag);
});
