import type { Request, Response } from 'express';
import { z } from 'zod';
import { Refusal } from '../../errors.ts';
import { CONTACT_KINDS } from '../../lib/keys/index.ts';
import { ById, body, params, query } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { Cursor, pageOf, pageSize } from '../../web/paginate.ts';
import { done, render, safePath, t } from '../../web/render.ts';
import { ctxOf, uploadsOf } from '../../web/request.ts';
import { withQuery } from '../../web/urls.ts';
import { linesOf } from './file-lines.ts';
import { atOf } from './list.web.ts';
import { AddSuppressions } from './schemas.ts';
import { countSuppressions, listSuppressions } from './suppression-queries.ts';
import { suppress, unsuppress, type Verdict } from './suppressions.ts';

/** Staff keep the list of contacts that nobody is to be given. */
export const adminSuppressions = page(doors.admin);

const can = 'staff:suppressions:manage';
const mostShown = 500;
const Search = z.object({ q: z.string().trim().max(512).optional().catch(undefined) });

async function showList(req: Request, res: Response, verdicts?: Verdict[]): Promise<void> {
  const ctx = ctxOf(req);
  const search = query(Search, req);
  const cursor = query(Cursor, req);
  const [found, total] = await Promise.all([
    listSuppressions(ctx, search.q, atOf(cursor, 1), pageSize),
    countSuppressions(ctx, search.q),
  ]);
  const rows = pageOf(found, pageSize, { cursor, keyOf: ({ id }) => [id] });
  const kinds = ['guess', ...CONTACT_KINDS].map((kind) => ({ value: kind, text: t(req)(`bases:kind.${kind}`) }));
  await render(req, res, 'bases/admin/suppressions', {
    title: t(req)('bases:suppressions.title'),
    search,
    rows: rows.rows,
    total,
    kinds,
    result: verdicts && resultOf(verdicts),
    prev: rows.previous && withQuery(req.originalUrl, { before: rows.previous, after: null }),
    next: rows.next && withQuery(req.originalUrl, { after: rows.next, before: null }),
  });
}

/** Counts, and the lines themselves: those that need a look come first. */
function resultOf(verdicts: Verdict[]) {
  const rank = { held: 1, already: 2, added: 3 } as Record<string, number>;
  const sorted = [...verdicts].sort((a, b) => (rank[a.verdict] ?? 0) - (rank[b.verdict] ?? 0));
  return {
    lines: sorted.slice(0, mostShown),
    hidden: Math.max(0, verdicts.length - mostShown),
    added: verdicts.filter(({ verdict }) => verdict === 'added' || verdict === 'held').length,
    already: verdicts.filter(({ verdict }) => verdict === 'already').length,
    faulty: verdicts.filter(({ key }) => key === null).length,
  };
}

adminSuppressions.get('/suppressions', { can }, (req, res) => showList(req, res));

const upload = { fields: ['file'], maxFiles: 1, maxMegabytes: 20 };
const again = (req: Request, res: Response): Promise<void> => showList(req, res);

adminSuppressions.post('/suppressions', { can, upload, again }, async (req, res) => {
  const { lines, kind, reason } = body(AddSuppressions, req);
  const [file] = uploadsOf(req, 'file');
  const typed = lines.split(/\r?\n/).filter((line) => line.trim() !== '');
  const all = [...typed, ...(file ? await linesOf(file) : [])];
  if (all.length === 0) throw new Refusal('bases:errors.nothingToSuppress', undefined, 'lines');
  await showList(req, res, await suppress(ctxOf(req), all, { kind, reason }));
});

adminSuppressions.post('/suppressions/:id/removal', { can }, async (req, res) => {
  const { id } = params(ById, req);
  const { back } = body(z.object({ back: z.string().max(4000).optional() }), req);
  await unsuppress(ctxOf(req), id);
  done(res, { to: safePath(back, '/admin/suppressions'), flash: 'bases:flash.unsuppressed' });
});
