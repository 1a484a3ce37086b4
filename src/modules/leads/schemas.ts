import { z } from 'zod';
import { parseBusinessDay } from '../../lib/business-day.ts';
import type { Choice } from './recognition.ts';

const id = z.coerce.number().int().positive().max(2_147_483_647);
const requestId = z.uuid('validation:requestId');
const list = <T>(item: z.ZodType<T>) =>
  z.preprocess((value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]), z.array(item));
const comment = z
  .string()
  .trim()
  .max(2000)
  .optional()
  .transform((text) => text || undefined);

const choice = z
  .union([z.literal('skip'), id])
  .nullable()
  .catch(null);

/** The typed contacts: `raw` and `type` repeat once a recognised line, in the same order. */
const typed = {
  text: z.string().max(20_000).default(''),
  raw: list(z.string().max(2_000)).catch([]),
  type: list(choice).catch([]),
};
export const Typed = z.object(typed);

/** POST /cabinet/leads, with uploads `files` (every lead's) and `file-N` (of line N only). */
export const ReportForm = z.object({ ...typed, requestId, comment, drop: list(id).catch([]) });

export const choicesOf = ({ raw, type }: Pick<z.infer<typeof Typed>, 'raw' | 'type'>): Map<string, Choice> =>
  new Map(raw.flatMap((line, i): [string, Choice][] => (type[i] ? [[line, type[i]]] : [])));

/** POST /cabinet/leads/:id/resubmission */
export const ResubmissionForm = z.object({
  version: id,
  requestId,
  value: z.string().trim().min(1).max(2_000),
  leadTypeId: id,
  comment,
  keep: list(id).catch([]),
  drop: list(id).catch([]),
});

const day = z
  .string()
  .transform((text) => parseBusinessDay(text) ?? undefined)
  .optional()
  .catch(undefined);

/** What the agent's own list may be narrowed to. */
export const OwnFilter = z.object({
  q: z.string().trim().max(512).optional().catch(undefined),
  status: z.enum(['pending', 'approved', 'rejected', 'rework']).optional().catch(undefined),
  type: id.optional().catch(undefined),
  day,
});
export type OwnFilter = z.infer<typeof OwnFilter>;

/** POST /admin/leads/:id/approval, /rejection, /rework, /reopening: from the queue or from the lead's card. */
export const DecisionForm = z.object({
  version: id,
  from: z.enum(['queue', 'card']).catch('card'),
  reason: comment,
  comment,
  to: z.enum(['pending', 'rework']).catch('pending'),
});

/** POST /admin/leads/approvals: the chosen leads, or with `all` every pending one of `filter` (a query string). */
export const BulkForm = z.object({
  ids: list(id).catch([]),
  all: z.string().optional(),
  back: z.string().max(2000).optional(),
});

const named = z.string().trim().min(1).max(100);
const position = z.coerce.number().int().min(0).max(1000).catch(0);
const checked = z.string().optional().transform(Boolean);
export const TypeForm = z.object({ name: named, position, active: checked });
export const NewTypeForm = TypeForm.extend({
  code: z
    .string()
    .trim()
    .toLowerCase()
    .min(2)
    .max(40)
    .regex(/^[a-z][a-z0-9_]*$/, 'leads:errors.codeLetters'),
});
export const ReasonForm = z.object({ text: z.string().trim().min(1).max(500), position, active: checked });
