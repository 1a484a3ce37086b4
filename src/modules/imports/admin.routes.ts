import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { Refusal } from '../../errors.ts';
import { beginDownload, xlsxType } from '../../web/download.ts';
import { ById, body, params, query } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { Cursor, decodeCursor, pageOf } from '../../web/paginate.ts';
import { done, fragment, render, t } from '../../web/render.ts';
import { ctxOf, uploadsOf } from '../../web/request.ts';
import { sendPage } from '../../web/send-page.ts';
import { exporting } from '../../web/table-download.ts';
import type { UploadRule } from '../../web/uploads.ts';
import { importBases } from './bases.ts';
import { cancelImport } from './cancel.ts';
import { getImport } from './imports.ts';
import { draftView, listView, progressView, resultView } from './pages.ts';
import { changePlan } from './plan.ts';
import { countImports, listImports, PAGE_SIZE } from './queries.ts';
import { removeDraft } from './removal.ts';
import { resumeImport } from './resume.ts';
import { ListQuery, PlanForm, VerdictsQuery } from './schemas.ts';
import { startImport } from './start.ts';
import { forecastUndo, undoImport } from './undo.ts';
import { uploadImport } from './upload.ts';
import { openVerdictFile } from './verdict-file.ts';

const can = 'staff:imports:run';
const card = (id: number): string => `/admin/imports/${id}`;

export const admin = page(doors.admin);

admin.get('/imports', { can }, async (req, res) => {
  const ctx = ctxOf(req);
  const filter = query(ListQuery, req);
  const cursor = query(Cursor, req);
  const backward = cursor.before !== undefined;
  const id = Number(decodeCursor(cursor.before ?? cursor.after, 1)?.[0] ?? 0);
  const [found, counts, bases] = await Promise.all([
    listImports(ctx, filter, id > 0 ? { id, backward } : { backward: false }),
    countImports(ctx, filter),
    importBases(ctx),
  ]);
  const imports = pageOf(found, PAGE_SIZE, { cursor: id > 0 ? cursor : {}, keyOf: (row) => [row.id] });
  const title = t(req)('imports:list.title');
  await render(req, res, 'imports/admin/list', { title, filter, ...listView(t(req), imports, counts, bases) });
});

const showNew = (req: Request, res: Response): Promise<void> =>
  render(req, res, 'imports/admin/new', { title: t(req)('imports:new.title'), maxMb: ctxOf(req).uploadMaxMb });

admin.get('/imports/new', { can }, showNew);

const upload: UploadRule = { fields: ['file'], maxFiles: 1, maxMegabytes: 'house' };
admin.post('/imports', { can, again: showNew, upload }, async (req, res) => {
  const [file] = uploadsOf(req, 'file');
  if (!file) throw new Refusal('imports:errors.noFile', undefined, 'file');
  const { id } = await uploadImport(ctxOf(req), file);
  done(res, { to: card(id) });
});

async function showImport(req: Request, res: Response): Promise<void> {
  const { id } = params(ById, req);
  const ctx = ctxOf(req);
  const row = await getImport(ctx, id);
  const say = t(req);
  const title = row.originalName;
  if (row.status === 'draft') {
    await render(req, res, 'imports/admin/draft', { title, ...(await draftView(ctx, say, row)) });
  } else if (row.status === 'queued' || row.status === 'running' || row.status === 'undoing') {
    await render(req, res, 'imports/admin/running', { title, ...(await progressView(ctx, say, row)) });
  } else {
    await render(req, res, 'imports/admin/result', { title, ...resultView(say, row) });
  }
}

admin.get('/imports/:id', { can }, showImport);

// The part of the page that a script asks for; 204 says that there is another page to see now.
admin.get('/imports/:id/progress', { can }, async (req, res) => {
  const { id } = params(ById, req);
  const row = await getImport(ctxOf(req), id);
  if (!['queued', 'running', 'undoing'].includes(row.status)) {
    res.status(204).end();
    return;
  }
  sendPage(req, res, fragment(req, 'imports/admin/_progress', await progressView(ctxOf(req), t(req), row)));
});

admin.post('/imports/:id/plan', { can, again: showImport }, async (req, res) => {
  const { id } = params(ById, req);
  await changePlan(ctxOf(req), id, body(PlanForm, req), true);
  done(res, { to: card(id) });
});

admin.post('/imports/:id/start', { can, again: showImport }, async (req, res) => {
  const { id } = params(ById, req);
  await changePlan(ctxOf(req), id, body(PlanForm, req), false);
  await startImport(ctxOf(req), id);
  done(res, { to: card(id) });
});

admin.post('/imports/:id/removal', { can }, async (req, res) => {
  const { id } = params(ById, req);
  await removeDraft(ctxOf(req), id);
  done(res, { to: '/admin/imports', flash: 'imports:flash.removed' });
});

admin.post('/imports/:id/cancellation', { can }, async (req, res) => {
  const { id } = params(ById, req);
  await cancelImport(ctxOf(req), id);
  done(res, { to: card(id), flash: 'imports:flash.cancelled' });
});

admin.post('/imports/:id/resumption', { can }, async (req, res) => {
  const { id } = params(ById, req);
  await resumeImport(ctxOf(req), id);
  done(res, { to: card(id), flash: 'imports:flash.resumed' });
});

async function showUndo(req: Request, res: Response): Promise<void> {
  const { id } = params(ById, req);
  const row = await getImport(ctxOf(req), id);
  const forecast = await forecastUndo(ctxOf(req), id);
  await render(req, res, 'imports/admin/undo', { title: t(req)('imports:undo.title'), row, forecast });
}

admin.get('/imports/:id/undo', { can }, showUndo);

admin.post('/imports/:id/undo', { can, again: showUndo }, async (req, res) => {
  const { id } = params(ById, req);
  await undoImport(ctxOf(req), id);
  done(res, { to: card(id) });
});

admin.get('/imports/:id/verdicts.xlsx', { can }, async (req, res) => {
  const { id } = params(ById, req);
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  const onlyProblems = query(VerdictsQuery, req).only === 'problems';
  // The child reads by a connection of its own, but it is one of the big files that are made at once.
  await exporting(req, res, async () => {
    const { name, output, ended } = await openVerdictFile(ctxOf(req), id, {
      onlyProblems,
      t: t(req),
      signal: gone.signal,
    });
    beginDownload(res, name, xlsxType);
    // A file that breaks off must not look whole: the last bytes go out only after the child has said that all is well.
    await pipeline(output, res, { end: false }).then(
      () => ended,
      () => ended.catch(() => {}),
    );
    res.end();
  });
});
