import { z } from 'zod';
import { dayText } from '../../lib/written-dates.ts';
import { params, query } from '../../web/form.ts';
import type { Translate } from '../../web/i18n.ts';
import { doors, page } from '../../web/page.ts';
import { Cursor, decodeCursor, pageOf } from '../../web/paginate.ts';
import { render, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { sendTable } from '../../web/table-download.ts';
import { withQuery } from '../../web/urls.ts';
import { noteExport } from '../audit/index.ts';
import { type AgentSort, agentLinesInBatches, columns, leadsByAgent } from './agent-lines.ts';
import { listLeadTypes } from './lead-types.ts';
import {
  funnels,
  issuedInPeriods,
  type Line,
  leadSums,
  leadsByDay,
  leadsBySource,
  leadsByType,
  type Period,
  periods,
  sumLine,
} from './stats.ts';

/** `leadstats`: leads in numbers. */
export const stats = page(doors.admin);

const agentsShown = 25;
const names = Object.keys(periods) as [Period, ...Period[]];
const View = z.object({
  period: z.enum(names).catch('month'),
  sort: z
    .custom<AgentSort>((sort) => columns.some((column) => sort === column || sort === `-${column}`))
    .catch('-total'),
  /** Part of an agent's name. */
  q: z.string().trim().max(100).optional().catch(undefined),
});

stats.get('/leads/stats', { can: 'staff:stats:read' }, async (req, res) => {
  const ctx = ctxOf(req);
  const { period, sort, q: named } = query(View, req);
  const cursor = query(Cursor, req);
  const place = { values: decodeCursor(cursor.before ?? cursor.after, 2), backward: cursor.before !== undefined };
  const [sums, types, found, days, issued] = await Promise.all([
    leadSums(ctx),
    listLeadTypes(ctx),
    leadsByAgent(ctx, { period, sort, named }, place, agentsShown),
    leadsByDay(ctx),
    issuedInPeriods(ctx),
  ]);
  const byType = leadsByType(sums, types, period);
  const agents = pageOf(found, agentsShown, { cursor, keyOf: ({ rank, id }) => [rank, id] });
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
    period,
    named,
    periods: names.map((name) => ({
      href: withQuery(req.originalUrl, { period: name, after: null, before: null }),
      text: say(`leads:stats.${{ day: 'day1', week: 'day7', month: 'day30', all: 'total' }[name]}`),
      active: name === period,
    })),
    byType: [...byType, sumLine(byType, sum)],
    bySource: leadsBySource(sums, period).map((line) => ({ ...line, name: say(`leads:source.${line.name}`) })),
    byAgent: agents.rows,
    // Every lead has an agent: the sum over types is the sum over agents.
    ofAll: named ? null : sumLine(byType, sum),
    file: withQuery('/admin/leads/stats/agents/', { period, sort, q: named }),
    prev: agents.previous && `${withQuery(req.originalUrl, { before: agents.previous, after: null })}#agents`,
    next: agents.next && `${withQuery(req.originalUrl, { after: agents.next, before: null })}#agents`,
    days: { labels: days.map(({ day }) => dayText(day).slice(0, 5)), series },
    funnel: funnels(issued, sums).map((stage) => ({
      ...stage,
      name: say(`leads:stats.${{ day: 'day1', week: 'day7', month: 'day30', all: 'total' }[stage.period]}`),
    })),
  });
});

/** Every agent's line, however many there are. */
stats.get('/leads/stats/agents/:format', { can: 'staff:leads:export' }, async (req, res) => {
  const ctx = ctxOf(req);
  const { format } = params(z.object({ format: z.enum(['xlsx', 'csv']) }), req);
  const { period, sort, q: named } = query(View, req);
  await noteExport(ctx, 'leadAgents', { period, q: named });
  const say = t(req);
  const name = say('leads:stats.byAgent');
  await sendTable(res, { name, format, sheet: { name, columns: fileColumns(say), rows: fileRows() } });

  async function* fileRows() {
    for await (const lines of agentLinesInBatches(ctx, { period, sort, named })) yield lines.map(fileRow);
  }
});

const numbers = ['day1', 'day7', 'day30', 'ever', 'pending', 'approved', 'rejected', 'rework'] as const;

const fileRow = (line: Line) => [
  line.name,
  ...numbers.map((column) => line[column]),
  line.acceptance === null ? null : Math.round(line.acceptance * 100),
];

const fileColumns = (say: Translate) => [
  { header: say('leads:columns.agent'), width: 28 },
  ...numbers.map((column) => ({ header: say(`leads:stats.file.${column}`), type: 'number' as const })),
  { header: say('leads:stats.file.share'), type: 'number' as const },
];
