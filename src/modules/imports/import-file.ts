import { copyFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ctx } from '../../ctx.ts';
import { getImport, sourceOf } from './imports.ts';
import { changePlan } from './plan.ts';
import { runImport } from './run.ts';
import { startImport } from './start.ts';
import type { SheetPlan } from './types.ts';
import { uploadImport } from './upload.ts';

type Wanted = {
  /** Stays where it is: a copy is taken. */
  path: string;
  originalName: string;
  /** What to choose other than what is guessed, by sheet. */
  plan?: (Pick<SheetPlan, 'index'> & Partial<SheetPlan>)[];
  /** Called with the kept file between the start and the run: how a seed makes an import fail. */
  beforeRun?: (path: string) => Promise<void>;
};

/** The whole way of a file, from upload to result, without a page and without waiting for a job: for seeds and scripts. */
export async function importFile(ctx: Ctx, { path, originalName, plan = [], beforeRun }: Wanted): Promise<number> {
  const copy = join(tmpdir(), crypto.randomUUID());
  await copyFile(path, copy);
  const { id } = await uploadImport(ctx, { path: copy, originalName, size: (await stat(copy)).size, field: 'file' });
  const draft = await getImport(ctx, id);
  const choices = draft.plan.sheets.map((sheet) => ({
    ...sheet,
    ...plan.find(({ index }) => index === sheet.index),
  }));
  await changePlan(ctx, id, choices, false);
  await startImport(ctx, id);
  if (beforeRun) await beforeRun(sourceOf(ctx, draft).path);
  await runImport(ctx, id);
  return id;
}
