import { type Ctx, inTransaction, type SqlCtx } from '../../ctx.ts';
import { NotFound, Refusal } from '../../errors.ts';
import { normaliseTitle } from '../../lib/sheet-titles.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { type BaseType, findBaseType, listBaseTypes } from './queries.ts';
import type { EditBase, NewBase } from './schemas.ts';

/** Makes a base type. Its code, and each of its sheet titles, belong to no other. Gives its id. */
export function createBaseType(ctx: Ctx, { code, ...base }: NewBase): Promise<number> {
  return inTransaction(ctx, async (tx) => {
    const others = await lockBaseTypes(tx);
    if (others.some((other) => other.code === code)) throw new Refusal('bases:errors.codeTaken', { code }, 'code');
    refuseTaken(base, others);
    const row = await tx.sql.row<{ id: number }>(q`
      INSERT INTO base_types (code, name, kind, "limit", period, position, active, low_water_percent, sheet_titles, created_at)
      VALUES (${code}, ${base.name}, ${base.kind}::contact_kind, ${base.limit}, ${base.period}::limit_period, ${base.position},
        ${base.active}, ${base.lowWaterPercent}, ${base.sheetTitles}::text[], ${tx.now}) RETURNING id`);
    const id = row?.id ?? 0;
    await record(tx, { action: 'base.created', subject: { type: 'base_type', id }, details: { code, ...base } });
    return id;
  });
}

/** Changes a base type. Its kind may change only while it holds no contacts: their keys were made by it. */
export function changeBaseType(ctx: Ctx, id: number, base: EditBase): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const all = await lockBaseTypes(tx);
    const before = all.find((one) => one.id === id);
    if (!before) throw new NotFound();
    refuseTaken(
      base,
      all.filter((one) => one.id !== id),
    );
    if (base.kind !== before.kind) await refuseFilled(tx, id);
    await tx.sql.run(q`
      UPDATE base_types SET name = ${base.name}, kind = ${base.kind}::contact_kind, "limit" = ${base.limit},
        period = ${base.period}::limit_period, position = ${base.position}, active = ${base.active},
        low_water_percent = ${base.lowWaterPercent}, sheet_titles = ${base.sheetTitles}::text[] WHERE id = ${id}`);
    const changes = changesBetween(before, base);
    if (Object.keys(changes).length === 0) return;
    await record(tx, {
      action: 'base.changed',
      subject: { type: 'base_type', id },
      details: { base: base.name, changes },
    });
  });
}

// One editor at a time: titles are unique across rows, which no constraint can say. Readers and issuing are not held up.
async function lockBaseTypes(tx: SqlCtx): Promise<readonly BaseType[]> {
  await tx.sql.run(q`LOCK TABLE base_types IN SHARE ROW EXCLUSIVE MODE`);
  return listBaseTypes(tx);
}

function refuseTaken({ name, sheetTitles }: EditBase | Omit<NewBase, 'code'>, others: readonly BaseType[]): void {
  const sameName = others.find((other) => other.name.toLowerCase() === name.toLowerCase());
  if (sameName) throw new Refusal('bases:errors.nameTaken', { name }, 'name');
  for (const title of sheetTitles) {
    const owner = others.find((other) =>
      other.sheetTitles.some((one) => normaliseTitle(one) === normaliseTitle(title)),
    );
    if (owner) throw new Refusal('bases:errors.titleTaken', { title, base: owner.name }, 'sheetTitles');
  }
}

// The row lock makes a contact that is being put in right now wait, or makes us see it.
async function refuseFilled(tx: SqlCtx, id: number): Promise<void> {
  await tx.sql.row(q`SELECT id FROM base_types WHERE id = ${id} FOR UPDATE`);
  if (await hasContacts(tx, id)) throw new Refusal('bases:errors.kindFixed', undefined, 'kind');
}

export const hasContacts = async (ctx: Pick<SqlCtx, 'sql'>, id: number): Promise<boolean> =>
  (await ctx.sql.row(q`SELECT id FROM contacts WHERE base_type_id = ${id} LIMIT 1`)) !== undefined;

function changesBetween(before: BaseType, after: EditBase): Record<string, [unknown, unknown]> {
  const keys = Object.keys(after) as (keyof EditBase)[];
  const changed = keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  return Object.fromEntries(changed.map((key) => [key, [before[key], after[key]]]));
}

export async function getBaseType(ctx: Pick<SqlCtx, 'sql'>, id: number): Promise<BaseType> {
  const base = await findBaseType(ctx, id);
  if (!base) throw new NotFound();
  return base;
}
