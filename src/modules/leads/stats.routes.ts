import { z } from 'zod';
import { dayText } from '../../lib/written-dates.ts';
import { query } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { render, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { withQuery } from '../../web/urls.ts';
import {
  funnels,
  type Line,
  leadsByAgent,
  leadsByDay,
  leadsBySource,
  leadsByType,
  type Period,
  periods,
  sumLine,
} from './stats.ts';

/** `leadstats`: leads in numbers. */
export const stats = page(doors.admin);

const columns = [
  'name',
  'day1',
  'day7',
  'day30',
  'ever',
  'total',
  'pending',
  'approved',
  'rejected',
  'rework',
  'acceptance',
] as const;
type Column = (typeof columns)[number];
const names = Object.keys(periods) as [Period, ...Period[]];
const View = z.object({
  period: z.enum(names).catch('month'),
  sort: z
    .string()
    .refine((sort) => columns.some((column) => sort === column || sort === `-${column}`))
    .catch('-total'),
});

stats.get('/leads/stats', { can: 'staff:stats:read' }, async (req, res) => {
  const ctx = ctxOf(req);
  const { period, sort } = query(View, req);
  const [byType, bySource, byAgent, days, funnel] = await Promise.all([
    leadsByType(ctx, period),
    leadsBySource(ctx, period),
    leadsByAgent(ctx, period),
    leadsByDay(ctx),
    funnels(ctx),
  ]);
  const say = t(req);
  const sum = say('leads:stats.sum');
  const series = (['approved', 'pending', 'rework', 'rejected'] as const).map((status) => ({
    name: say(`leads:chart.${status}`),
    values: days.map((day) => day[status]),
    tone: { approved: 'success', pending: 'accent', rework: 'warning', rejected: 'danger' }[status],
  }));
  await render(req, res, 'leads/admin/stats', {
    title: say('leads:stats.title'),
    sort,
    periods: names.map((name) => ({
      href: withQuery(req.originalUrl, { period: name }),
      text: say(`leads:stats.${{ day: 'day1', week: 'day7', month: 'day30', all: 'total' }[name]}`),
      active: name === period,
    })),
    byType: [...byType, sumLine(byType, sum)],
    bySource: bySource.map((line) => ({ ...line, name: say(`leads:source.${line.name}`) })),
    byAgent: [...byAgent.sort(inOrder(sort)), sumLine(byAgent, sum)],
    days: { labels: days.map(({ day }) => dayText(day).slice(0, 5)), series },
    funnel: funnel.map((stage) => ({
      ...stage,
      name: say(`leads:stats.${{ day: 'day1', week: 'day7', month: 'day30', all: 'total' }[stage.period]}`),
    })),
  });
});

function inOrder(sort: string): (a: Line, b: Line) => number {
  const column = sort.replace('-', '') as Column;
  const sign = sort.startsWith('-') ? -1 : 1;
  return (a, b) => {
    const [one, other] = [a[column] ?? -1, b[column] ?? -1];
    const order = typeof one === 'string' ? one.localeCompare(String(other), 'ru') : one - Number(other);
    return sign * order || a.name.localeCompare(b.name, 'ru');
  };
}
