import type { Request, Response } from 'express';
import { z } from 'zod';
import { NotFound } from '../../errors.ts';
import { personShown } from '../../lib/people.ts';
import { ById, params, query } from '../../web/form.ts';
import { hasTranslation } from '../../web/i18n.ts';
import { doors, page } from '../../web/page.ts';
import { Cursor, decodeCursor, pageOf, pageSize } from '../../web/paginate.ts';
import { render, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { exporting, sendTable } from '../../web/table-download.ts';
import { noteExport } from './audit.ts';
import { exportColumns, exportRows } from './export.ts';
import { AuditFilter } from './filter.ts';
import { actionWords, showEvent, type Words } from './present.ts';
import { type AuditAt, eventsInBatches, eventsPage, isKnown, listActions } from './queries.ts';

const Format = z.object({ format: z.enum(['xlsx', 'csv']).catch('xlsx') });

/** The journal: who did what to what, from where, when. An operator's log is the journal of what he did. */
export const admin = page(doors.admin)
  .get('/audit', { can: 'staff:audit:read' }, showJournal)
  .get('/operators/:id', { can: 'staff:audit:read' }, async (req, res) => {
    const { id } = params(ById, req);
    if (!(await isKnown(ctxOf(req), id))) throw new NotFound();
    res.redirect(303, `/admin/audit?actor=${encodeURIComponent(`#${id}`)}`);
  })
  .get('/audit/export', { can: 'staff:audit:read' }, async (req, res) => {
    const ctx = ctxOf(req);
    const filter = query(AuditFilter, req);
    const { format } = query(Format, req);
    const words = wordsOf(req);
    const name = words.t('audit:export.name');
    await exporting(req, res, async (reading) => {
      await noteExport(ctx, 'audit', filter);
      const rows = exportRows(eventsInBatches(reading, filter), words, ctx.clock.zone);
      await sendTable(res, { name, format, sheet: { name, columns: exportColumns(words), rows } });
    });
  });

async function showJournal(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  const words = wordsOf(req);
  const filter = query(AuditFilter, req);
  const cursor = query(Cursor, req);
  const [{ events, total }, known, actor, person] = await Promise.all([
    eventsPage(ctx, filter, { at: placeOf(cursor), size: pageSize + 1 }),
    listActions(ctx),
    personShown(ctx.sql, filter.actor),
    personShown(ctx.sql, filter.person),
  ]);
  const actions = known.map((action) => ({ value: action, text: actionWords(action, words) }));
  await render(req, res, 'audit/admin/journal', {
    title: words.t('audit:title'),
    filter: { ...filter, actor, person },
    actions: actions.sort((a, b) => a.text.localeCompare(b.text)),
    events: pageOf(
      events.map((event) => showEvent(event, words)),
      pageSize,
      { cursor, keyOf: ({ id }) => [id] },
    ),
    total,
    query: req.originalUrl.split('?')[1] ?? '',
  });
}

function placeOf(cursor: Cursor): AuditAt | null {
  const [id] = decodeCursor(cursor.after ?? cursor.before, 1) ?? [];
  return typeof id === 'number' ? { id, backward: cursor.before !== undefined } : null;
}

const wordsOf = (req: Request): Words => ({ t: t(req), has: (key) => hasTranslation(key, ctxOf(req).locale) });
