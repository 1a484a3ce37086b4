import type { Request, Response } from 'express';
import { z } from 'zod';
import { body, query } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { Cursor, decodeCursor, pageOf, pageSize } from '../../web/paginate.ts';
import { done, render, safePath, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { exporting, sendTable } from '../../web/table-download.ts';
import { noteExport } from '../audit/index.ts';
import { approveUsers, banUsers, type Chosen } from './decide-many.ts';
import { countPeople, listPeople, type PeopleAt, peopleInBatches, Sort } from './people.ts';
import { activities, PeopleFilter, roles, statuses } from './people-filter.ts';
import { peopleColumns, peopleRows } from './present.ts';
import { BanForm, Selection } from './schemas.ts';

const List = z.object({ sort: Sort });
const Format = z.object({ format: z.enum(['xlsx', 'csv']).catch('xlsx') });

/** The list of people and what is done to many of them at once. */
export const users = page(doors.admin)
  .get('/users', { can: 'staff:users:read' }, showPeople)
  .get('/users/export', { can: 'staff:users:manage' }, async (req, res) => {
    const ctx = ctxOf(req);
    const filter = query(PeopleFilter, req);
    const name = t(req)('accounts:people.title');
    await exporting(req, res, async (reading) => {
      await noteExport(ctx, 'users', filter);
      const people = peopleInBatches(reading, filter, query(List, req).sort);
      const sheet = { name, columns: peopleColumns(t(req)), rows: peopleRows(people, t(req), ctx.clock.zone) };
      await sendTable(res, { name, format: query(Format, req).format, sheet });
    });
  })
  .post('/users/approvals', { can: 'staff:users:approve', again: showPeople }, async (req, res) => {
    const selection = body(Selection, req);
    const { done: count, unconfirmed } = await approveUsers(ctxOf(req), chosenOf(selection));
    const flash = unconfirmed > 0 ? 'accounts:flash.approvedButSome' : 'accounts:flash.approvedMany';
    done(res, { to: backOf(selection), flash, params: { count, unconfirmed } });
  })
  .post('/users/bans', { can: 'staff:users:ban', again: showPeople }, async (req, res) => {
    const selection = body(Selection, req);
    const ban = body(BanForm, req);
    const { done: count } = await banUsers(ctxOf(req), chosenOf(selection), ban);
    done(res, { to: backOf(selection), flash: 'accounts:flash.bannedMany', params: { count } });
  });

async function showPeople(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  const address = addressOf(req);
  const filter = PeopleFilter.parse(address);
  const { sort } = List.parse(address);
  const cursor = Cursor.parse(address);
  const [found, { total, tabs }] = await Promise.all([
    listPeople(ctx, filter, { sort, at: placeOf(cursor), size: pageSize + 1 }),
    countPeople(ctx, filter),
  ]);
  await render(req, res, 'accounts/admin/people', {
    title: t(req)('accounts:people.title'),
    people: pageOf(found, pageSize, { cursor, keyOf: ({ place, id }) => [place, id] }),
    counts: tabs,
    total,
    filter,
    sort,
    choices: { statuses, roles, activities },
    url: listUrl(req),
  });
}

/** A refused bulk act shows the list again as it stood: its filter is in the form's `back`. */
const listUrl = (req: Request): string =>
  req.method === 'POST' ? safePath((req.body as { back?: unknown })?.back, '/admin/users') : req.originalUrl;
const addressOf = (req: Request): Record<string, string> => Object.fromEntries(paramsOf(listUrl(req)));
const paramsOf = (url: string): URLSearchParams => new URLSearchParams(url.split('?')[1] ?? '');

function placeOf(cursor: Cursor): PeopleAt | null {
  const [place, id] = decodeCursor(cursor.after ?? cursor.before, 2) ?? [];
  if (typeof place !== 'string' || typeof id !== 'number') return null;
  return { place, id, backward: cursor.before !== undefined };
}

type Selected = z.infer<typeof Selection>;
const backOf = ({ back }: Selected): string => safePath(back, '/admin/users');
const chosenOf = (selection: Selected): Chosen =>
  selection.all
    ? { filter: PeopleFilter.parse(Object.fromEntries(paramsOf(backOf(selection)))) }
    : { ids: selection.ids };
