import { type Ctx, inSqlTransaction } from '../../ctx.ts';
import { NotFound, Refusal, violates } from '../../errors.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';

export type TypeInput = { name: string; position: number; active: boolean };

/** Adds a lead type. Its code is for ever; the name may change. */
export async function createLeadType(ctx: Ctx, { code, name, position }: TypeInput & { code: string }): Promise<void> {
  try {
    await inSqlTransaction(ctx, async (tx) => {
      const type = await tx.sql.row<{ id: number }>(
        q`INSERT INTO lead_types (code, name, position) VALUES (${code}, ${name}, ${position}) RETURNING id`,
      );
      await record(tx, {
        action: 'leadType.created',
        subject: { type: 'leadType', id: type?.id ?? 0 },
        details: { code, name },
      });
    });
  } catch (error) {
    if (violates(error, 'lead_types_code_key')) throw new Refusal('leads:errors.codeTaken', {}, 'code');
    throw error;
  }
}

/** Renames, moves, or takes a lead type out of agents' choice; reported leads keep it. */
export async function changeLeadType(ctx: Ctx, id: number, { name, position, active }: TypeInput): Promise<void> {
  await inSqlTransaction(ctx, async (tx) => {
    const changed = await tx.sql.run(
      q`UPDATE lead_types SET name = ${name}, position = ${position}, active = ${active} WHERE id = ${id}`,
    );
    if (changed === 0) throw new NotFound();
    await record(tx, {
      action: 'leadType.changed',
      subject: { type: 'leadType', id },
      details: { name, position, active },
    });
  });
}

export type ReasonInput = { text: string; position: number; active: boolean };

export async function createReason(ctx: Ctx, { text, position }: ReasonInput): Promise<void> {
  await inSqlTransaction(ctx, async (tx) => {
    const reason = await tx.sql.row<{ id: number }>(
      q`INSERT INTO rejection_reasons (text, position) VALUES (${text}, ${position}) RETURNING id`,
    );
    await record(tx, {
      action: 'rejectionReason.created',
      subject: { type: 'rejectionReason', id: reason?.id ?? 0 },
      details: { text },
    });
  });
}

/** Past decisions keep the sentence as it was. */
export async function changeReason(ctx: Ctx, id: number, { text, position, active }: ReasonInput): Promise<void> {
  await inSqlTransaction(ctx, async (tx) => {
    const changed = await tx.sql.run(
      q`UPDATE rejection_reasons SET text = ${text}, position = ${position}, active = ${active} WHERE id = ${id}`,
    );
    if (changed === 0) throw new NotFound();
    await record(tx, {
      action: 'rejectionReason.changed',
      subject: { type: 'rejectionReason', id },
      details: { text, position, active },
    });
  });
}
