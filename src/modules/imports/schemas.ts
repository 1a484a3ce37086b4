import { z } from 'zod';

const Id = z.coerce.number().int().positive().max(2_147_483_647);
const Column = z.coerce.number().int().min(0).max(255);
const Base = z.union([z.literal('skip'), z.literal(''), Id]).transform((base) => (base === '' ? null : base));

/** The plan's form: `base0`, `column0`, `first0`, `marks0`, `base1`, … one set a sheet. */
export const PlanForm = z.record(z.string(), z.unknown()).transform((form, context) => {
  const sheets = Object.keys(form).flatMap((name) => /^base(\d{1,4})$/.exec(name)?.[1] ?? []);
  return sheets.map((index) => {
    const parsed = SheetForm.safeParse({
      index,
      base: form[`base${index}`],
      column: form[`column${index}`],
      firstRow: form[`first${index}`],
      usedMarks: form[`marks${index}`],
    });
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) {
      const field = issue.path[0] === 'firstRow' ? 'first' : String(issue.path[0]);
      context.addIssue({ code: 'custom', message: 'validation:invalid', path: [`${field}${index}`] });
    }
    return z.NEVER;
  });
});

const SheetForm = z.object({
  index: z.coerce.number().int().min(0),
  base: Base,
  column: Column.default(0),
  firstRow: z.coerce.number().int().min(1).max(1_048_577).default(1),
  usedMarks: z.unknown().transform((value) => value !== undefined),
});
export type SheetChoice = z.infer<typeof SheetForm>;

export const IMPORT_STATUSES = [
  'draft',
  'queued',
  'running',
  'interrupted',
  'finished',
  'failed',
  'cancelled',
  'undoing',
  'undone',
] as const;
export type ImportStatus = (typeof IMPORT_STATUSES)[number];

export const ListQuery = z.object({
  status: z.enum(IMPORT_STATUSES).optional().catch(undefined),
  base: Id.optional().catch(undefined),
  q: z
    .string()
    .trim()
    .max(100)
    .optional()
    .catch(undefined)
    .transform((text) => text || undefined),
});
export type ListQuery = z.infer<typeof ListQuery>;

export const VerdictsQuery = z.object({ only: z.literal('problems').optional().catch(undefined) });
