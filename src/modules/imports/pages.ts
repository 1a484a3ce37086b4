import type { Ctx } from '../../ctx.ts';
import { type ImportBase, importBases } from './bases.ts';
import { headersOf, type ImportRow } from './imports.ts';
import {
  columnChoices,
  countsOf,
  progressOf,
  reasonCounts,
  type Say,
  sampleTable,
  sheetResults,
  statusPill,
} from './present.ts';
import { sameFile, speedOf } from './queries.ts';
import { sampleVerdicts } from './sample.ts';
import { IMPORT_STATUSES, type ImportStatus } from './schemas.ts';
import { rowsExpected } from './start.ts';
import { UNDOABLE } from './undo.ts';

/** A draft: every sheet with what can be chosen for it and how its first rows would fare. */
export async function draftView(ctx: Ctx, t: Say, row: ImportRow) {
  const bases = await importBases(ctx);
  const [samples, same] = await Promise.all([sampleVerdicts(ctx, row, bases), sameFile(ctx, row)]);
  const options = [
    ...bases.map(({ id, name }) => ({ value: String(id), text: name })),
    { value: 'skip', text: t('imports:draft.skip') },
  ];
  const sheets = row.plan.sheets.flatMap((plan) => {
    const sheet = row.preview.sheets.find(({ index }) => index === plan.index);
    if (!sheet) return [];
    const sample = samples.get(sheet.index);
    const columns = columnChoices(sheet, headersOf(sheet, plan), plan.firstRow);
    const table = sample && sampleTable(t, sample, plan.column, sheet.width, bases);
    return [{ ...sheet, plan, columns, table }];
  });
  const rows = rowsExpected(row, row.plan.sheets);
  return {
    row,
    sheets,
    options,
    rows,
    same: same.map((one) => ({ ...one, pill: statusPill(t, one.status) })),
  };
}

export async function progressView(ctx: Ctx, t: Say, row: ImportRow) {
  const speed = row.status === 'running' ? await speedOf(ctx, row.id) : null;
  return { row, pill: statusPill(t, row.status), counts: countsOf(row), ...progressOf(row, speed, ctx.now) };
}

export function resultView(t: Say, row: ImportRow) {
  return {
    row,
    pill: statusPill(t, row.status),
    counts: countsOf(row),
    sheets: sheetResults(row),
    reasons: reasonCounts(t, row),
    seconds: row.startedAt && row.finishedAt ? (row.finishedAt.getTime() - row.startedAt.getTime()) / 1000 : null,
    undoable: row.created > 0 && UNDOABLE.some((status) => status === row.status),
  };
}

type Found = { rows: ImportRow[]; next: string | null; previous: string | null };

export function listView(t: Say, found: Found, counts: Map<ImportStatus, number>, bases: ImportBase[]) {
  return {
    bases: bases.map(({ id, name }) => ({ value: String(id), text: name })),
    statuses: IMPORT_STATUSES.filter((status) => (counts.get(status) ?? 0) > 0).map((status) => ({
      status,
      count: counts.get(status) ?? 0,
    })),
    total: [...counts.values()].reduce((sum, count) => sum + count, 0),
    next: found.next,
    previous: found.previous,
    imports: found.rows.map((row) => ({
      ...row,
      pill: statusPill(t, row.status),
      baseNames: bases.filter(({ id }) => row.plan.sheets.some(({ base }) => base === id)).map(({ name }) => name),
      refused: row.rowsRead - row.created - row.empty,
    })),
  };
}
