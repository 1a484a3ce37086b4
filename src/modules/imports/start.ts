import { actorOf, type Ctx, inTransaction } from '../../ctx.ts';
import { type FieldErrors, InvalidInput, Refusal } from '../../errors.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { importBases } from './bases.ts';
import { getImport, type ImportRow } from './imports.ts';
import { savePlan } from './plan.ts';
import type { Plan, SheetPlan } from './types.ts';

export const RUN_JOB = 'imports.run';

/**
 * Sends a draft to work as planned. Every sheet with rows needs a base or a word that it is left out; throws an
 * InvalidInput that names those without. An import that was started before stays as it is: a second click changes nothing.
 */
export async function startImport(ctx: Ctx, id: number): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const draft = await getImport(tx, id);
    if (draft.status !== 'draft') return;
    const bases = await importBases(tx);
    const { sheets } = draft.plan;
    refuseUndecided(draft, sheets);
    const plan: Plan = { sheets, bases: bases.map(({ id, name, kind }) => ({ id, name, kind })) };
    await savePlan(tx, id, plan);
    const started = await tx.sql.run(q`
      UPDATE imports SET status = 'queued', started_by_id = ${actorOf(tx).id}, started_at = ${tx.now}, heartbeat_at = ${tx.now},
        rows_expected = ${rowsExpected(draft, sheets)}::int
      WHERE id = ${id} AND status = 'draft'`);
    if (started === 0) return;
    await tx.jobs.enqueue(tx, RUN_JOB, { importId: id });
    await record(tx, {
      action: 'import.started',
      subject: { type: 'import', id },
      details: { file: draft.originalName, sheets: wordsOf(draft, plan) },
    });
  });
}

function refuseUndecided({ preview }: ImportRow, sheets: SheetPlan[]): void {
  const errors: FieldErrors = {};
  for (const { index, base } of sheets) if (base === null) errors[`base${index}`] = { key: 'imports:errors.undecided' };
  if (Object.keys(errors).length > 0) throw new InvalidInput(errors, { key: 'imports:errors.undecidedSheets' });
  if (!sheets.some(({ base }) => typeof base === 'number')) throw new Refusal('imports:errors.nothingToLoad');
  for (const { index, base, column } of sheets) {
    const width = preview.sheets.find((sheet) => sheet.index === index)?.width ?? 0;
    if (typeof base === 'number' && column >= Math.max(width, 1)) {
      throw new Refusal('imports:errors.noSuchColumn', undefined, `column${index}`);
    }
  }
}

/** Rows that will be read, headers not counted; null when the file was too long to count. */
export function rowsExpected({ preview }: ImportRow, sheets: SheetPlan[]): number | null {
  let sum = 0;
  for (const { index, base, firstRow } of sheets) {
    const sheet = preview.sheets.find((one) => one.index === index);
    if (!sheet || typeof base !== 'number') continue;
    if (!sheet.counted) return null;
    sum += sheet.rows - sheet.head.filter(({ number }) => number < firstRow).length;
  }
  return sum;
}

const wordsOf = ({ preview }: ImportRow, { sheets, bases }: Plan) =>
  sheets.map(({ index, base }) => ({
    sheet: preview.sheets.find((sheet) => sheet.index === index)?.name,
    base: bases.find(({ id }) => id === base)?.name ?? 'skip',
  }));
