import type { SqlCtx } from '../../ctx.ts';
import { NotFound } from '../../errors.ts';
import { q, type Sql } from '../../lib/sql.ts';
import type { ImportStatus } from './schemas.ts';
import type { HeadRow, Plan, Preview, SheetPlan, SheetPreview, SheetTask, SourceFile, Tallies } from './types.ts';

export type ImportRow = {
  id: number;
  status: ImportStatus;
  preview: Preview;
  plan: Plan;
  tallies: Tallies;
  fault: { code: string; row?: number } | null;
  stalls: number;
  rowsExpected: number | null;
  rowsRead: number;
  created: number;
  duplicateInFile: number;
  alreadyInBase: number;
  issuedBefore: number;
  suppressed: number;
  invalid: number;
  empty: number;
  removed: number | null;
  kept: number | null;
  createdAt: Date;
  startedAt: Date | null;
  heartbeatAt: Date | null;
  finishedAt: Date | null;
  cancelRequestedAt: Date | null;
  undoneAt: Date | null;
  /** Who started it, or before that who brought the file. */
  ownerId: number;
  createdBy: string;
  startedBy: string | null;
  cancelledBy: string | null;
  undoneBy: string | null;
  originalName: string;
  storedAs: string;
  size: number;
  sha256: string;
};

/** The columns of ImportRow over `imports i` with its file and people. */
export const importColumns: Sql = q`
  i.id, i.status::text AS status, i.preview, i.plan, i.tallies, i.fault, i.stalls, i.rows_expected AS "rowsExpected",
  i.rows_read AS "rowsRead", i.created, i.duplicate_in_file AS "duplicateInFile", i.already_in_base AS "alreadyInBase",
  i.issued_before AS "issuedBefore", i.suppressed, i.invalid, i.empty, i.removed, i.kept, i.created_at AS "createdAt",
  i.started_at AS "startedAt", i.heartbeat_at AS "heartbeatAt", i.finished_at AS "finishedAt",
  i.cancel_requested_at AS "cancelRequestedAt", i.undone_at AS "undoneAt",
  coalesce(i.started_by_id, i.created_by_id) AS "ownerId", c.name AS "createdBy", s.name AS "startedBy",
  x.name AS "cancelledBy", u.name AS "undoneBy", f.original_name AS "originalName", f.stored_as AS "storedAs", f.size, f.sha256`;

export const importTables: Sql = q`
  imports i JOIN stored_files f ON f.id = i.file_id JOIN users c ON c.id = i.created_by_id
  LEFT JOIN users s ON s.id = i.started_by_id LEFT JOIN users x ON x.id = i.cancelled_by_id
  LEFT JOIN users u ON u.id = i.undone_by_id`;

/** One import. Throws NotFound. */
export async function getImport(ctx: Pick<SqlCtx, 'sql'>, id: number): Promise<ImportRow> {
  const row = await ctx.sql.row<ImportRow>(q`SELECT ${importColumns} FROM ${importTables} WHERE i.id = ${id}`);
  if (!row) throw new NotFound();
  return row;
}

export const sourceOf = (ctx: Pick<SqlCtx, 'files'>, { storedAs, originalName }: ImportRow): SourceFile => ({
  path: ctx.files.localPath(storedAs),
  originalName,
});

/** The sheets that go into bases, as a child reads them, in the file's order. */
export function sheetTasks({ preview, plan }: Pick<ImportRow, 'preview' | 'plan'>): SheetTask[] {
  return plan.sheets.flatMap((planned) => {
    const sheet = preview.sheets.find(({ index }) => index === planned.index);
    const base = plan.bases.find(({ id }) => id === planned.base);
    if (!sheet || !base) return [];
    const { index, column, firstRow, usedMarks } = planned;
    const headers = headersOf(sheet, planned);
    return [{ index, name: sheet.name, baseTypeId: base.id, kind: base.kind, column, firstRow, usedMarks, headers }];
  });
}

/** The header cells of a sheet: the last filled row above the contacts. */
export function headersOf(sheet: Pick<SheetPreview, 'head'>, { firstRow }: Pick<SheetPlan, 'firstRow'>): string[] {
  const above = sheet.head.filter(
    ({ number, cells }: HeadRow) => number < firstRow && cells.some((cell) => cell.trim()),
  );
  return (above.at(-1)?.cells ?? []).map((cell) => cell.trim());
}
