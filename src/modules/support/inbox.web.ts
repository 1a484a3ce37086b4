import type { Request } from 'express';
import { t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { withQuery } from '../../web/urls.ts';
import { type Department, listDepartments } from './departments.ts';
import { inboxCounts, mostInTab } from './inbox.ts';
import { InboxFilter, views } from './inbox-filter.ts';
import { type Colleague, listColleagues } from './operators.ts';
import { listPurposes } from './purposes.ts';

/** What the inbox shows besides its lines: how many there are (`counted`), tabs with counts, the choices of its filters, and what may be done with many. */
export async function inboxAround(req: Request, url: string, filter: InboxFilter, counted: boolean) {
  const ctx = ctxOf(req);
  const [counts, purposes, departments, operators] = await Promise.all([
    inboxCounts(ctx, filter.view, counted ? filter : null),
    listPurposes(ctx),
    listDepartments(ctx),
    listColleagues(ctx),
  ]);
  const me = operators.find(({ id }) => id === ctx.actor?.id);
  return {
    filter,
    total: counts.total,
    hours: new Map(departments.map((one) => [one.id, one])),
    overdue: {
      count: counts.overdue,
      href: withQuery('/support', { view: filter.view === 'all' ? undefined : filter.view, status: 'overdue' }),
    },
    mine: me,
    purposes: purposes.map(({ id, title }) => ({ value: id, text: title })),
    departments: departments.map(({ id, name }) => ({ value: id, text: name })),
    operators: operators.map(({ id, name }) => ({ value: id, text: name })),
    assignees: operators.map((one) => ({ value: one.id, text: withPresence(req, one) })),
    tabs: views.map((view) => ({
      href: withQuery(withoutPlaces(url), { view: view === 'all' ? undefined : view }),
      text: t(req)(`support:view.${view}`) + (counts[view] >= mostInTab ? ` ${mostInTab}+` : ''),
      ...(counts[view] < mostInTab
        ? { count: counts[view], countText: t(req)('support:queue.waitingCount', { count: counts[view] }) }
        : {}),
      active: filter.view === view,
    })),
  };
}

/** Another list begins at its beginning. */
export const withoutPlaces = (url: string): string =>
  withQuery(url, { after: null, before: null, after_open: null, after_waiting: null, after_closed: null });

/** To whom a thread may go: departments first, then people with where they are now. */
export async function targetsOf(req: Request) {
  const ctx = ctxOf(req);
  const [departments, operators, purposes] = await Promise.all([
    listDepartments(ctx),
    listColleagues(ctx),
    listPurposes(ctx),
  ]);
  const active = departments.filter((one: Department) => one.active);
  return {
    targets: [
      ...active.map(({ id, name }) => ({ value: `d${id}`, text: t(req)('support:handover.department', { name }) })),
      ...operators.map((one) => ({ value: `o${one.id}`, text: withPresence(req, one) })),
    ],
    purposes: purposes.map(({ id, title }) => ({ value: id, text: title })),
    colleagues: operators.map(({ name }) => name),
  };
}

// Where he is now, for choosing whom to give a thread to.
const withPresence = (req: Request, { name, presence }: Colleague): string =>
  t(req)('support:handover.operator', { name, presence: t(req)(`support:presence.${presence}`) });

/** The filter of an address of the inbox, wherever it came from. */
export const filterAt = (path: string): InboxFilter =>
  InboxFilter.parse(Object.fromEntries(new URL(path, 'http://x').searchParams));
