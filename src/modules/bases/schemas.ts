import { z } from 'zod';

const amount = z.coerce.number().int().min(1).max(1_000_000);
const requestId = z.uuid('validation:requestId');
const id = z.coerce.number().int().positive().max(2_147_483_647);
const reason = z.string().trim().min(1).max(500);

/** POST /cabinet/issuances */
export const Issue = z.object({ baseTypeId: id, wanted: amount, requestId });

/** How long a grant lasts: to the end of the current period, 7 or 30 business days from today, or without end. */
export const lasts = ['period', 'week', 'month', 'always'] as const;
export type Lasts = (typeof lasts)[number];

/**
 * POST /admin/users/:id/grants: the form on a person's card. Fields: `baseTypeId`, `amount`, `lasts` (one of `lasts`),
 * `reason`, `requestId` (newRequestId()), and `back`, where to go afterwards.
 */
export const Grant = z.object({
  baseTypeId: id,
  amount,
  lasts: z.enum(lasts).default('period'),
  reason,
  requestId,
  back: z.string().max(2000).optional(),
});
