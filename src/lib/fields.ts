import { type ZodType, z } from 'zod';
import { parseBusinessDay } from './business-day.ts';

/** The id of a row, as it stands in a form or an address. */
export const Id = z.coerce.number().int().positive().max(2_147_483_647);
export const ById = z.object({ id: Id });

/** The hidden field that makes a retried form act once. */
export const RequestId = z.uuid('validation:requestId');

/** A checkbox: present or not. */
export const Checkbox = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value) => value !== undefined);

/** One value or several of the same name, always a list. */
export const listOf = <T>(item: ZodType<T>, most = 1000) =>
  z.preprocess(
    (value) => (value === undefined || value === '' ? [] : Array.isArray(value) ? value : [value]),
    z.array(item).max(most),
  );

/** Optional text: blank counts as absent. */
export const optionalText = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .optional()
    .transform((text) => text || undefined);

/** An id that a list may be narrowed to: what does not parse is left out. */
export const IdFilter = Id.optional().catch(undefined);

/** A person whom a list may be narrowed to: a number or a part of the name, see lib/people.ts. */
export const PersonFilter = z
  .string()
  .trim()
  .max(100)
  .optional()
  .catch(undefined)
  .transform((words) => words || undefined);

/** A business day that a list may be narrowed to: what is none is left out. */
export const DayFilter = z
  .string()
  .transform((text) => parseBusinessDay(text) ?? undefined)
  .optional()
  .catch(undefined);
