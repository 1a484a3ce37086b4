import { type Ctx, inTransaction } from '../../ctx.ts';
import { Refusal } from '../../errors.ts';
import { q } from '../../lib/sql.ts';
import { type ImportBase, importBases } from './bases.ts';
import { planSheet } from './guess.ts';
import { getImport, type ImportRow } from './imports.ts';
import type { SheetChoice } from './schemas.ts';
import type { Plan, SheetPlan } from './types.ts';

/**
 * Keeps what a person chose for the sheets of a draft. With `guessing`, a sheet that got another base is looked at anew for
 * it; without, the choices stand as they are. For an import that has started it does nothing.
 */
export async function changePlan(ctx: Ctx, id: number, choices: SheetChoice[], guessing: boolean): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const draft = await getImport(tx, id);
    const bases = await importBases(tx);
    const sheets = draft.plan.sheets.map((before) => {
      const choice = choices.find(({ index }) => index === before.index);
      return choice ? chosen(draft, before, choice, bases, guessing) : before;
    });
    await savePlan(tx, id, { sheets, bases: [] });
  });
}

export async function savePlan(tx: Ctx, id: number, plan: Plan): Promise<void> {
  await tx.sql.run(q`UPDATE imports SET plan = ${JSON.stringify(plan)}::jsonb WHERE id = ${id} AND status = 'draft'`);
}

function chosen(
  { preview }: ImportRow,
  before: SheetPlan,
  choice: SheetChoice,
  bases: ImportBase[],
  guessing: boolean,
): SheetPlan {
  const { column, firstRow, usedMarks } = choice;
  const base = bases.find(({ id }) => id === choice.base);
  if (typeof choice.base === 'number' && !base) {
    throw new Refusal('validation:invalid', undefined, `base${before.index}`);
  }
  const sheet = preview.sheets.find(({ index }) => index === before.index);
  const untouched = column === before.column && firstRow === before.firstRow && usedMarks === before.usedMarks;
  if (guessing && sheet && base && base.id !== before.base && untouched) return planSheet(sheet, base);
  return { index: before.index, base: choice.base, column, firstRow, usedMarks };
}
