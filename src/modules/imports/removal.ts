import { type Ctx, inTransaction } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { getImport } from './imports.ts';

/** Throws a draft away, with its file. An import that has started stays: it is part of the history. */
export async function removeDraft(ctx: Ctx, id: number): Promise<void> {
  const storedAs = await inTransaction(ctx, async (tx) => {
    const { originalName } = await getImport(tx, id);
    const file = await tx.sql.row<{ fileId: number }>(q`
      DELETE FROM imports WHERE id = ${id} AND status = 'draft' RETURNING file_id AS "fileId"`);
    if (!file) return null;
    await record(tx, { action: 'import.removed', subject: { type: 'import', id }, details: { file: originalName } });
    const stored = await tx.sql.row<{ storedAs: string }>(q`
      DELETE FROM stored_files WHERE id = ${file.fileId} RETURNING stored_as AS "storedAs"`);
    return stored?.storedAs ?? null;
  });
  if (storedAs) await ctx.files.remove(storedAs);
}
