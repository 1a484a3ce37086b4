import type { Request, Response } from 'express';
import { z } from 'zod';
import { params, query } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { done, render, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { sendTable } from '../../web/table-download.ts';
import { withQuery } from '../../web/urls.ts';
import { noteExport } from '../audit/index.ts';
import { numberColumns, numberRows } from './numbers-export.ts';
import { NumbersFilter, periods } from './numbers-filter.ts';
import { type Line, type Report, readNumbers, seesAll } from './numbers-lines.ts';

const can = 'staff:numbers:read';
// The report of a day leads there, also long after.
const closed = 'support:numbers.noDepartment';
const Format = z.object({ format: z.enum(['xlsx', 'csv']) });

/** The desk in numbers; to a head his own department. */
export const numbers = page(doors.admin)
  .get('/support-numbers', { can, closed }, showNumbers)
  .get('/support-numbers/export/:format', { can }, async (req, res) => {
    const ctx = ctxOf(req);
    const { format } = params(Format, req);
    const filter = query(NumbersFilter, req);
    await noteExport(ctx, 'supportNumbers', filter);
    const say = t(req);
    const name = say('support:numbers.title');
    const rows = numberRows(await readNumbers(ctx, filter), say);
    await sendTable(res, { name, format, sheet: { name, columns: numberColumns(say), rows } });
  });

async function showNumbers(req: Request, res: Response): Promise<void> {
  const filter = query(NumbersFilter, req);
  const report = await readNumbers(ctxOf(req), filter);
  const say = t(req);
  if (filter.department && !report.choices.department.some(({ value }) => value === filter.department)) {
    const to = withQuery(req.originalUrl, { department: null });
    const flash = seesAll(ctxOf(req)) ? 'support:numbers.noSuchDepartment' : 'support:numbers.othersDepartment';
    return done(res, { to, flash, kind: 'info' });
  }
  await render(req, res, 'support/admin/numbers', {
    title: say('support:numbers.title'),
    filter,
    report,
    chartOf: chartOf(report, say),
    days: report.lines.step.filter(isBusy).reverse(),
    query: req.originalUrl.split('?')[1] ?? '',
    periods: Object.keys(periods).map((name) => ({
      href: withQuery(req.originalUrl, { period: name, from: null, to: null }),
      text: say(`support:numbers.period.${name}`),
      active: !filter.from && !filter.to && name === filter.period,
    })),
  });
}

const isBusy = ({ received, answered, closed, rated }: Line): boolean => received + answered + closed + rated > 0;

function chartOf({ lines, span }: Report, say: (key: string) => string) {
  const steps = lines.step;
  const minutes = (seconds: number | undefined): number => Math.round((seconds ?? 0) / 60);
  return {
    labels: steps.map(({ name }) => (span.step === 1 ? name.slice(0, 5) : `${name.slice(0, 5)}…`)),
    counts: [
      { name: say('support:numbers.received'), tone: 'muted', values: steps.map(({ received }) => received) },
      { name: say('support:numbers.answered'), tone: 'accent', values: steps.map(({ answered }) => answered) },
      { name: say('support:numbers.closed'), tone: 'success', values: steps.map(({ closed }) => closed) },
    ],
    answers: [
      { name: say('support:numbers.median'), values: steps.map(({ answer }) => minutes(answer?.median)) },
      { name: say('support:numbers.p90'), tone: 'warning', values: steps.map(({ answer }) => minutes(answer?.p90)) },
    ],
  };
}
