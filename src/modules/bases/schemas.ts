import { z } from 'zod';
import { Checkbox, DayFilter, Id, IdFilter, listOf, RequestId } from '../../lib/fields.ts';
import { CONTACT_KINDS } from '../../lib/keys/index.ts';
import { outcomes } from './contact-filter.ts';

const amount = z.coerce.number().int().min(1).max(1_000_000);
const reason = z.string().trim().min(1).max(500);
const back = z.string().max(4000).optional();

/** POST /cabinet/issuances */
export const Issue = z.object({ baseTypeId: Id, wanted: amount, requestId: RequestId });

/** POST /cabinet/contacts/:id/outcome: an empty outcome takes back what was said. */
export const SetOutcome = z.object({
  outcome: z.union([z.enum(outcomes), z.literal('').transform(() => null)]),
  back,
});

/** POST /cabinet/contacts/:id/note */
export const SetNote = z.object({
  note: z
    .string()
    .trim()
    .max(2000)
    .transform((note) => note || null),
  back,
});

/** POST /cabinet/contacts/copies */
export const Copies = z.object({
  ids: z
    .string()
    .max(100_000)
    .transform((text) => text.split(',').map(Number))
    .pipe(z.array(z.int().positive().max(2_147_483_647)).max(12_000)),
});

/** What the agent's contacts may be narrowed to; lives in the address. */
export const OwnFilter = z.object({
  q: z.string().trim().max(512).optional().catch(undefined),
  base: IdFilter,
  day: DayFilter,
  outcome: z
    .enum([...outcomes, 'none'])
    .optional()
    .catch(undefined),
});

/** POST /cabinet/limits */
export const RequestLimit = z.object({ baseTypeId: Id, wanted: amount, reason });

/** How long a grant lasts: to the end of the current period, 7 or 30 business days from today, or without end. */
export const lasts = ['period', 'week', 'month', 'always'] as const;
export type Lasts = (typeof lasts)[number];

/**
 * POST /admin/users/:id/grants: the form on a person's card. Fields: `baseTypeId`, `amount`, `lasts` (one of `lasts`),
 * `reason`, `requestId` (newRequestId()), and `back`, where to go afterwards.
 */
export const Grant = z.object({
  baseTypeId: Id,
  amount,
  lasts: z.enum(lasts).default('period'),
  reason,
  requestId: RequestId,
  back,
});

/** POST /admin/limits/:id/grant */
export const GrantRequest = z.object({
  amount,
  lasts: z.enum(lasts).default('period'),
  reason: z.string().trim().max(500).default(''),
  requestId: RequestId,
  back,
});

/** POST /admin/limits/:id/decline */
export const DeclineRequest = z.object({ answer: reason, back });

const titles = z
  .string()
  .max(2000)
  .default('')
  .transform((text) => text.split(/[\n,;]+/).map((title) => title.trim()))
  .transform((all) => [...new Set(all.filter((title) => title !== ''))])
  .pipe(z.array(z.string().max(60)).max(40));

/** POST /admin/bases/:id */
export const EditBase = z.object({
  name: z.string().trim().min(1).max(60),
  kind: z.enum(CONTACT_KINDS),
  limit: z.coerce.number().int().min(0).max(1_000_000),
  period: z.enum(['day', 'week', 'lifetime']),
  position: z.coerce.number().int().min(0).max(10_000),
  active: Checkbox,
  lowWaterPercent: z.coerce.number().int().min(0).max(100),
  sheetTitles: titles,
});
export type EditBase = z.infer<typeof EditBase>;

/** POST /admin/bases */
export const NewBase = EditBase.extend({
  code: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[a-z][a-z0-9_-]{0,39}$/, 'bases:errors.code'),
});
export type NewBase = z.infer<typeof NewBase>;

/** Acts on rows of the contacts list: those chosen, or with `all` everything that `filter` (a query string) finds. */
export const Bulk = z.object({
  ids: listOf(Id, 5000),
  all: z.string().optional(),
  filter: z.string().max(4000).default(''),
  returnReason: z.string().trim().max(500).default(''),
  suppressReason: z.string().trim().max(500).default(''),
  back,
});

/** POST /admin/suppressions */
export const AddSuppressions = z.object({
  lines: z.string().max(500_000).default(''),
  kind: z.union([z.enum(CONTACT_KINDS), z.literal('guess')]).default('guess'),
  reason,
});

/** In which form an agent takes his contacts home. */
export const OwnFormat = z.enum(['txt', 'xlsx', 'csv']);
