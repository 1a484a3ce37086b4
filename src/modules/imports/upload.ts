import { actorOf, type Ctx, inTransaction } from '../../ctx.ts';
import { Refusal } from '../../errors.ts';
import { keepFile, type Upload } from '../../files/files.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { importBases } from './bases.ts';
import { guessPlan } from './guess.ts';
import { runChild } from './supervise.ts';
import type { Plan, Preview } from './types.ts';

const PREVIEW_SECONDS = 20;

/**
 * Looks into an uploaded table and keeps it as a draft with guesses for a person to correct. Throws a Refusal with a
 * sentence about the file when it cannot be read; then nothing is kept.
 */
export async function uploadImport(ctx: Ctx, upload: Upload): Promise<{ id: number }> {
  const preview = await previewOf(upload);
  if (preview.sheets.every(({ rows }) => rows === 0)) throw new Refusal('imports:faults.no-rows', {}, 'file');
  return inTransaction(ctx, async (tx) => {
    const file = await keepFile(tx, upload);
    const plan: Plan = { sheets: guessPlan(preview, await importBases(tx), upload.originalName), bases: [] };
    const row = await tx.sql.row<{ id: number }>(q`
      INSERT INTO imports (file_id, preview, plan, created_by_id, created_at)
      VALUES (${file.id}, ${JSON.stringify(preview)}::jsonb, ${JSON.stringify(plan)}::jsonb, ${actorOf(tx).id}, ${tx.now})
      RETURNING id`);
    if (!row) throw new Error('The import was not written');
    await record(tx, {
      action: 'import.uploaded',
      subject: { type: 'import', id: row.id },
      details: {
        file: upload.originalName,
        size: file.size,
        rows: preview.sheets.reduce((sum, { rows }) => sum + rows, 0),
      },
    });
    return row;
  });
}

async function previewOf({ path, originalName }: Upload): Promise<Preview> {
  const outcome = await runChild({ is: 'preview', file: { path, originalName } }, { silence: PREVIEW_SECONDS });
  if (outcome.is === 'done') return outcome.result as Preview;
  if (outcome.is === 'died') throw new Refusal(`imports:faults.died-${outcome.why}`, {}, 'file');
  throw new Refusal(`imports:faults.${outcome.code}`, { row: outcome.row ?? 0 }, 'file');
}
