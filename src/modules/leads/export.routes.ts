import type { Request } from 'express';
import { z } from 'zod';
import { dayText } from '../../lib/written-dates.ts';
import { params, query } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { exporting, sendTable, sendWorkbook } from '../../web/table-download.ts';
import { noteExport } from '../audit/index.ts';
import { type ExportWords, leadSheet, oldFormatSheets } from './export.ts';
import { LeadFilter } from './filter.ts';

/** Leads as files: what a filter finds, and the format of the old bot. */
export const exports = page(doors.admin);

const Format = z.object({ format: z.enum(['xlsx', 'csv', 'by-type']) });

exports.get('/leads/export/:format', { can: 'staff:leads:export' }, async (req, res) => {
  const ctx = ctxOf(req);
  const { format } = params(Format, req);
  const filter = query(LeadFilter, req);
  const name = fileName(req, filter);
  await exporting(req, res, async (reading) => {
    await noteExport(ctx, 'leads', { format, ...filter });
    if (format === 'by-type') return sendWorkbook(res, name, await oldFormatSheets(reading, filter));
    await sendTable(res, { name, format, sheet: leadSheet(reading, filter, wordsOf(req)) });
  });
});

function fileName(req: Request, { from, to }: LeadFilter): string {
  const days = [...new Set([from, to].filter((day) => day !== undefined))].map(dayText);
  return [t(req)('leads:list.file'), days.join('–')].filter(Boolean).join(' ');
}

function wordsOf(req: Request): ExportWords {
  const say = t(req);
  return {
    sheet: say('leads:list.file'),
    column: (name) => say(`leads:columns.${name}`),
    sourceText: (source) => say(`leads:source.${source}`),
    statusText: (status) => say(`leads:status.${status}`),
  };
}
