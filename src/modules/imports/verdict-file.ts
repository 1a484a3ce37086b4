import type { Readable } from 'node:stream';
import type { Ctx } from '../../ctx.ts';
import { getImport, sheetTasks, sourceOf } from './imports.ts';
import { allWords, type Say } from './present.ts';
import { streamFromChild } from './supervise.ts';

const SILENCE_SECONDS = 600;

/** The source file with a verdict and a reason beside every row, as a stream of an .xlsx. Throws NotFound. */
export async function openVerdictFile(
  ctx: Ctx,
  id: number,
  { onlyProblems, t, signal }: { onlyProblems: boolean; t: Say; signal: AbortSignal },
): Promise<{ name: string; output: Readable; ended: Promise<void> }> {
  const row = await getImport(ctx, id);
  const databaseUrl = ctx.pool.options.connectionString;
  if (!databaseUrl) throw new Error('The pool was not opened by an address');
  const { output, outcome } = streamFromChild(
    {
      is: 'verdicts',
      file: sourceOf(ctx, row),
      importId: id,
      databaseUrl,
      sheets: sheetTasks(row).map((sheet) => ({
        ...sheet,
        columns: row.tallies[sheet.index]?.columns ?? widthOf(row, sheet.index),
      })),
      onlyProblems,
      words: allWords(t, row.plan.bases),
      titles: {
        row: t('imports:file.row'),
        column: t('imports:file.column'),
        verdict: t('imports:file.verdict'),
        reason: t('imports:file.reason'),
      },
    },
    { silence: SILENCE_SECONDS, signal },
  );
  const ended = outcome.then((end) => {
    if (end.is !== 'done') throw new Error(`The verdict file was not finished: ${JSON.stringify(end)}`);
  });
  const stem = row.originalName.replace(/\.\w+$/, '');
  return { name: `${stem} — ${t(onlyProblems ? 'imports:file.problems' : 'imports:file.all')}.xlsx`, output, ended };
}

const widthOf = ({ preview }: Awaited<ReturnType<typeof getImport>>, index: number): number =>
  preview.sheets.find((sheet) => sheet.index === index)?.width ?? 1;
