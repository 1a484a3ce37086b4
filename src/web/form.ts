import type { Request } from 'express';
import type { ZodError, ZodType } from 'zod';
import { type FieldErrors, InvalidInput, NotFound, type Sentence } from '../errors.ts';

export { ById, Id, RequestId } from '../lib/fields.ts';

type Issue = ZodError['issues'][number];

/** Parses the body of a form. Throws InvalidInput with a sentence for each field, so that the page can be shown again. */
export function body<T>(schema: ZodType<T>, req: Request): T {
  const parsed = schema.safeParse(req.body ?? {});
  if (parsed.success) return parsed.data;
  throw new InvalidInput(fieldErrors(parsed.error.issues));
}

/** Parses the query. Schemas should `.catch()` a default: a stale link must not become an error page. */
export function query<T>(schema: ZodType<T>, req: Request): T {
  const parsed = schema.safeParse(req.query);
  if (parsed.success) return parsed.data;
  throw new InvalidInput(fieldErrors(parsed.error.issues));
}

/** Parses the address. What does not parse does not exist. */
export function params<T>(schema: ZodType<T>, req: Request): T {
  const parsed = schema.safeParse(req.params);
  if (parsed.success) return parsed.data;
  throw new NotFound();
}

function fieldErrors(issues: Issue[]): FieldErrors {
  const errors: FieldErrors = {};
  for (const issue of issues) errors[issue.path.join('.')] ??= sentenceOf(issue);
  return errors;
}

/** A schema may name its own sentence (`accounts:errors.passwordShort`); else zod's code picks one of ours. */
function sentenceOf(issue: Issue): Sentence {
  if (/^[a-z]+:[\w.]+$/i.test(issue.message)) return { key: issue.message };
  switch (issue.code) {
    case 'too_small':
      if (issue.origin === 'string') {
        return Number(issue.minimum) <= 1
          ? required
          : { key: 'validation:tooShort', params: { count: Number(issue.minimum) } };
      }
      return { key: 'validation:tooSmall', params: { min: Number(issue.minimum) } };
    case 'too_big':
      if (issue.origin === 'string') return { key: 'validation:tooLong', params: { count: Number(issue.maximum) } };
      return { key: 'validation:tooBig', params: { max: Number(issue.maximum) } };
    case 'invalid_type':
      return issue.input === undefined || Number.isNaN(issue.input) ? required : { key: 'validation:invalid' };
    case 'invalid_format':
      return { key: issue.format === 'email' ? 'validation:email' : 'validation:invalid' };
    default:
      return { key: 'validation:invalid' };
  }
}

const required: Sentence = { key: 'validation:required' };
