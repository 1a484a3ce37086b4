import type { Request, Response } from 'express';
import { ById, body, params } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { decodeCursor, encodeCursor } from '../../web/paginate.ts';
import { done, render, safePath, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { withQuery } from '../../web/urls.ts';
import { board, boardCounts, columns } from './board.ts';
import { sendRefusal, wantsJson } from './conversation.web.ts';
import { type Line, mostInTab } from './inbox.ts';
import { filterAt, inboxAround, withoutPlaces } from './inbox.web.ts';
import { moveThread } from './moving.ts';
import { lateBy } from './overdue.ts';
import { MoveForm } from './schemas.ts';

const can = 'staff:threads:answer';
const home = '/support/board';
const size = 20;

/** Each column has a page of its own in the address: `after_open=…`. */
const placesAt = (url: string) => {
  const found = new URL(url, 'http://x').searchParams;
  const place = (column: string) =>
    (decodeCursor(found.get(`after_${column}`) ?? undefined, 3) as Line['place'] | null) ?? undefined;
  return { open: place('open'), waiting: place('waiting'), closed: place('closed') };
};

async function showBoard(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  // After a refused move the board is that of the page it was sent from.
  const url = req.formState ? safePath(req.body?.back, home) : req.originalUrl;
  const { status: _status, ...filter } = filterAt(url);
  const places = placesAt(url);
  const all = { ...filter, status: undefined };
  const [found, counts, { hours, ...around }] = await Promise.all([
    board(ctx, all, places, size + 1),
    boardCounts(ctx, all),
    // The columns count themselves.
    inboxAround(req, url, all, false),
  ]);
  await render(req, res, 'support/support/board', {
    title: t(req)('support:board.title'),
    url,
    ...around,
    listAt: withoutPlaces(url).replace(home, '/support'),
    most: mostInTab,
    columns: columns.map((status, i) => ({
      status,
      count: counts[status] < mostInTab ? counts[status] : null,
      // Its own id for each: two cards moved one after the other are two acts.
      cards: (found[i] ?? []).slice(0, size).map((line) => ({
        ...line,
        requestId: crypto.randomUUID(),
        late: lateBy(line, hours.get(line.departmentId), ctx.now),
      })),
      more: moreAt(url, status, found[i] ?? []),
      start: places[status] && withQuery(url, { [`after_${status}`]: null }),
    })),
  });
}

function moreAt(url: string, status: string, lines: Line[]): string | null {
  const last = lines[size - 1];
  return last && lines.length > size ? withQuery(url, { [`after_${status}`]: encodeCursor(last.place) }) : null;
}

const again = (req: Request, res: Response) => (wantsJson(req) ? sendRefusal(req, res) : showBoard(req, res));

/** The inbox as columns by status, and what moves a card. */
export const boardRoutes = page(doors.support)
  .get('/board', { can }, showBoard)
  .post('/threads/:id/status', { can, again }, async (req, res) => {
    await moveThread(ctxOf(req), params(ById, req).id, body(MoveForm, req));
    if (wantsJson(req)) return void res.status(204).end();
    done(res, { to: safePath(req.body?.back, home), flash: 'support:flash.moved' });
  });
