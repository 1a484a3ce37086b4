import { z } from 'zod';
import { Checkbox, DayFilter, Id, IdFilter, listOf, optionalText, RequestId } from '../../lib/fields.ts';
import type { Choice } from './recognition.ts';

const comment = optionalText(2000);

const choice = z
  .union([z.literal('skip'), Id])
  .nullable()
  .catch(null);

/** The typed contacts: `raw` and `type` repeat once a recognised line, in the same order. */
const typed = {
  text: z.string().max(20_000).default(''),
  raw: listOf(z.string().max(2_000)).catch([]),
  type: listOf(choice).catch([]),
};
export const Typed = z.object(typed);

/** POST /cabinet/leads, with uploads `files` (every lead's) and `file-N` (of line N only). */
export const ReportForm = z.object({ ...typed, requestId: RequestId, comment, drop: listOf(Id).catch([]) });

export const choicesOf = ({ raw, type }: Pick<z.infer<typeof Typed>, 'raw' | 'type'>): Map<string, Choice> =>
  new Map(raw.flatMap((line, i): [string, Choice][] => (type[i] ? [[line, type[i]]] : [])));

/** POST /cabinet/leads/:id/resubmission */
export const ResubmissionForm = z.object({
  version: Id,
  requestId: RequestId,
  value: z.string().trim().min(1).max(2_000),
  leadTypeId: Id,
  comment,
  keep: listOf(Id).catch([]),
  drop: listOf(Id).catch([]),
});

/** What the agent's own list may be narrowed to. */
export const OwnFilter = z.object({
  q: z.string().trim().max(512).optional().catch(undefined),
  status: z.enum(['pending', 'approved', 'rejected', 'rework']).optional().catch(undefined),
  type: IdFilter,
  day: DayFilter,
});
export type OwnFilter = z.infer<typeof OwnFilter>;

/** POST /admin/leads/:id/approval, /rejection, /rework, /reopening: from the queue or from the lead's card. */
export const DecisionForm = z.object({
  version: Id,
  from: z.enum(['queue', 'card']).catch('card'),
  reason: comment,
  comment,
  to: z.enum(['pending', 'rework']).catch('pending'),
});

/** POST /admin/leads/approvals: the chosen leads, or with `all` every pending one of `filter` (a query string). */
export const BulkForm = z.object({
  ids: listOf(Id).catch([]),
  all: z.string().optional(),
  back: z.string().max(2000).optional(),
});

const named = z.string().trim().min(1).max(100);
const position = z.coerce.number().int().min(0).max(1000).catch(0);
export const TypeForm = z.object({ name: named, position, active: Checkbox });
export const NewTypeForm = TypeForm.extend({
  code: z
    .string()
    .trim()
    .toLowerCase()
    .min(2)
    .max(40)
    .regex(/^[a-z][a-z0-9_]*$/, 'leads:errors.codeLetters'),
});
export const ReasonForm = z.object({ text: z.string().trim().min(1).max(500), position, active: Checkbox });
