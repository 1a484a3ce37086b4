import { type Ctx, inTransaction } from '../../ctx.ts';
import { Refusal } from '../../errors.ts';
import { q } from '../../lib/sql.ts';
import { type ImportBase, importBases } from './bases.ts';
import { planSheet } from './guess.ts';
import { getImport, type ImportRow } from './imports.ts';
import type { SheetChoice } from './schemas.ts';
import type { Plan, SheetPlan } from './types.ts';

/** Keeps what a person chose for the sheets of a draft. For an import that has started it does nothing. */
export async function changePlan(ctx: Ctx, id: number, choices: SheetChoice[]): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const draft = await getImport(tx, id);
    const sheets = chosen(draft, choices, await importBases(tx));
    await savePlan(tx, id, { sheets, bases: [] });
  });
}

export async function savePlan(tx: Ctx, id: number, plan: Plan): Promise<void> {
  await tx.sql.run(q`UPDATE imports SET plan = ${JSON.stringify(plan)}::jsonb WHERE id = ${id} AND status = 'draft'`);
}

/** The plan with a person's choices put in. A sheet that got another base is guessed anew for it. */
export function chosen({ preview, plan }: ImportRow, choices: SheetChoice[], bases: ImportBase[]): SheetPlan[] {
  return plan.sheets.map((before) => {
    const choice = choices.find(({ index }) => index === before.index);
    const sheet = preview.sheets.find(({ index }) => index === before.index);
    if (!choice || !sheet) return before;
    const base = bases.find(({ id }) => id === choice.base);
    if (typeof choice.base === 'number' && !base)
      throw new Refusal('validation:invalid', undefined, `base${before.index}`);
    const untouched = choice.column === before.column && choice.firstRow === before.firstRow;
    if (base && base.id !== before.base && untouched && choice.usedMarks === before.usedMarks)
      return planSheet(sheet, base);
    const { column, firstRow, usedMarks } = choice;
    return { index: before.index, base: choice.base, column, firstRow, usedMarks };
  });
}
