import { type Ctx, inSqlTransaction, type Locale, type SqlCtx } from '../../ctx.ts';
import { NotFound, Refusal } from '../../errors.ts';
import { sharedRows } from '../../lib/shared-rows.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';

export type Purpose = {
  id: number;
  titleRu: string;
  titleEn: string;
  title: string;
  departmentId: number;
  department: string;
  position: number;
  active: boolean;
  /** Where a message goes whose purpose nobody said: always active. */
  fallback: boolean;
};
export type PurposeInput = Pick<Purpose, 'titleRu' | 'titleEn' | 'departmentId' | 'position' | 'active'>;

/** Every purpose in its order, the inactive ones too, with its title in the reader's language. */
export async function listPurposes(ctx: Pick<SqlCtx, 'sql' | 'locale'>): Promise<Purpose[]> {
  const found = await sharedRows<Omit<Purpose, 'title'>>(
    ctx.sql,
    q`SELECT p.id, p.title_ru AS "titleRu", p.title_en AS "titleEn", p.department_id AS "departmentId", d.name AS department,
        p.position, p.active, p.fallback
      FROM purposes p JOIN departments d ON d.id = p.department_id ORDER BY p.position, p.id`,
    'support.purposes',
  );
  return found.map((one) => ({ ...one, title: titleOf(one, ctx.locale) }));
}

export const titleOf = (one: { titleRu: string; titleEn: string }, locale: Locale): string =>
  locale === 'en' ? one.titleEn : one.titleRu;

export async function createPurpose(ctx: Ctx, input: PurposeInput): Promise<void> {
  await inSqlTransaction(ctx, async (tx) => {
    await refuseUnknown(tx, input);
    const made = await tx.sql.row<{ id: number }>(q`
      INSERT INTO purposes (title_ru, title_en, department_id, position, active)
      VALUES (${input.titleRu}, ${input.titleEn}, ${input.departmentId}, ${input.position}, ${input.active}) RETURNING id`);
    await record(tx, {
      action: 'purpose.created',
      subject: { type: 'purpose', id: made?.id ?? 0 },
      details: { ...input },
    });
  });
}

/** Threads keep the purpose and the department that they have; new ones follow the change. */
export async function changePurpose(ctx: Ctx, id: number, input: PurposeInput): Promise<void> {
  await inSqlTransaction(ctx, async (tx) => {
    await refuseUnknown(tx, input);
    const changed = await tx.sql.run(q`
      UPDATE purposes SET title_ru = ${input.titleRu}, title_en = ${input.titleEn}, department_id = ${input.departmentId},
        position = ${input.position}, active = ${input.active} OR fallback WHERE id = ${id}`);
    if (changed === 0) throw new NotFound();
    await record(tx, { action: 'purpose.changed', subject: { type: 'purpose', id }, details: { ...input } });
  });
}

async function refuseUnknown(tx: SqlCtx, { departmentId }: PurposeInput): Promise<void> {
  const known = await tx.sql.row(q`SELECT id FROM departments WHERE id = ${departmentId}`);
  if (!known) throw new Refusal('validation:invalid', undefined, 'departmentId');
}

type Target = { id: number; departmentId: number };

/** A purpose that may be chosen, or the one for what nobody chose. Throws a Refusal for one that is offered no more. */
export async function getPurpose(ctx: Pick<SqlCtx, 'sql'>, id: number | undefined): Promise<Target> {
  const purpose = await ctx.sql.row<Target>(
    q`SELECT id, department_id AS "departmentId" FROM purposes
      WHERE active AND CASE WHEN ${id ?? null}::int IS NULL THEN fallback ELSE id = ${id ?? null}::int END`,
  );
  if (!purpose) throw new Refusal('support:errors.purpose', undefined, 'purposeId');
  return purpose;
}
