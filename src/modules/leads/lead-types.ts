import type { SqlCtx } from '../../ctx.ts';
import { sharedRows } from '../../lib/shared-rows.ts';
import { q } from '../../lib/sql.ts';

export type LeadType = { id: number; code: string; name: string; position: number; active: boolean };
export type RejectionReason = { id: number; text: string; position: number; active: boolean };

/** Every lead type in its order, the inactive ones too. */
export const listLeadTypes = (ctx: Pick<SqlCtx, 'sql'>): Promise<readonly Readonly<LeadType>[]> =>
  sharedRows<LeadType>(
    ctx.sql,
    q`SELECT id, code, name, position, active FROM lead_types ORDER BY position, id`,
    'leads.types',
  );

/** Every ready sentence for a refusal in its order, the inactive ones too. */
export const listRejectionReasons = (ctx: Pick<SqlCtx, 'sql'>): Promise<RejectionReason[]> =>
  ctx.sql.rows<RejectionReason>(
    q`SELECT id, text, position, active FROM rejection_reasons ORDER BY position, id`,
    'leads.reasons',
  );
