import { z } from 'zod';
import { Id, IdFilter, listOf, RequestId } from '../../lib/fields.ts';
import { priorities } from './threads.ts';

export const maxFiles = 5;
export const maxMegabytes = 30;
const maxLength = 4000;
const maxTags = 10;

// Browsers send CRLF, which would count twice; PostgreSQL keeps no NUL.
const normal = (text: string): string => text.replaceAll('\r\n', '\n').replaceAll('\0', '').trim();
/** Words of a person up to so many letters. */
export const textUpTo = (max: number) => z.string().default('').transform(normal).pipe(z.string().max(max));

export const MessageText = textUpTo(maxLength);

/** A tag as it is kept and compared. */
export const tagOf = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/[\s,]+/g, ' ')
    .slice(0, 40);

const Tags = z
  .string()
  .max(500)
  .default('')
  .transform((text) => [...new Set(text.split(',').map(tagOf).filter(Boolean))])
  .pipe(z.array(z.string()).max(maxTags, 'support:errors.tags'));

/** Nobody's, or whose it was on the page. */
const Seen = z.union([z.literal('').transform(() => null), Id]).default(null);
const acted = { requestId: RequestId, seenAssigneeId: Seen };

export const TakeForm = z.object(acted);
/** `to` is `o5` for an operator, `d2` for a department. */
export const HandoverForm = z
  .object({ ...acted, to: z.string().max(12).default(''), note: textUpTo(1000) })
  .transform(({ to, ...rest }) => ({ ...rest, ...targetOf(to) }));
/** What the page showed of the thread: its newest message, and how many threads had become part of it. */
export const SeenThread = z.object({
  lastSeenMessageId: z.coerce.number().int().min(0),
  seenMerges: z.coerce.number().int().min(0).optional(),
});
export const CloseForm = SeenThread.extend({ requestId: RequestId });
export const MergeForm = z.object({ requestId: RequestId, fromId: Id });
export const LinkForm = z.object({ requestId: RequestId, userId: Id });
const Status = z.enum(['open', 'waiting', 'closed']);
export const MoveForm = z.object({ requestId: RequestId, to: Status, seenStatus: Status });
export const ReopenForm = z.object({ requestId: RequestId });
export const LabelForm = z.object({ purposeId: Id, priority: z.enum(priorities), tags: Tags });
/** The longest word to a rating. */
export const longestWord = 1000;
export const RatingForm = z.object({ rating: z.coerce.number().int().min(1).max(5), word: textUpTo(longestWord) });
export const AcceptForm = z.object({ acceptsNew: z.enum(['yes', 'no']) });
export const BeginForm = z.object({ purposeId: Id });
export const NewThread = z.object({ purpose: IdFilter });

export const BulkForm = z.object({
  ids: listOf(Id).catch([]),
  all: z.string().optional(),
  back: z.string().max(2000).optional().catch(undefined),
  operatorId: IdFilter,
  tag: z.string().max(40).default('').transform(tagOf),
});

function targetOf(to: string): { operatorId?: number; departmentId?: number } {
  const [, kind, digits] = /^([od])(\d{1,9})$/.exec(to) ?? [];
  if (!kind) return {};
  return kind === 'o' ? { operatorId: Number(digits) } : { departmentId: Number(digits) };
}
