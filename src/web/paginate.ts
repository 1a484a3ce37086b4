import { z } from 'zod';

/** Rows of a list's page: a screen and a half. What a page costs, its rows cost. */
export const pageSize = 25;

/** A keyset page: the rows, and the cursors of the pages beside it. */
export type Page<T> = { rows: T[]; next: string | null; previous: string | null };

/** `?after=…` or `?before=…` of a keyset list; what does not parse is the first page. */
export const Cursor = z.object({
  after: z.string().max(200).optional().catch(undefined),
  before: z.string().max(200).optional().catch(undefined),
});
export type Cursor = z.infer<typeof Cursor>;

// What PostgreSQL can compare with: a cursor comes from outside like anything else in an address.
const CursorValue = z.union([z.string().refine((text) => !text.includes('\0')), z.int32(), z.null()]);

export const encodeCursor = (values: readonly (string | number | null)[]): string =>
  Buffer.from(JSON.stringify(values)).toString('base64url');

/** The values of a cursor, or null when it is not one of `length` values. */
export function decodeCursor(cursor: string | undefined, length: number): (string | number | null)[] | null {
  if (!cursor) return null;
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return z.array(CursorValue).length(length).parse(values);
  } catch {
    return null;
  }
}

/**
 * Makes a page of the `size + 1` rows that a keyset query found. `backward` says that the query ran towards the
 * beginning (its rows come reversed).
 */
export function pageOf<T>(
  found: T[],
  size: number,
  at: { cursor: Cursor; keyOf: (row: T) => readonly (string | number | null)[] },
): Page<T> {
  const backward = at.cursor.before !== undefined;
  const more = found.length > size;
  const rows = found.slice(0, size);
  if (backward) rows.reverse();
  const first = rows[0];
  const last = rows.at(-1);
  const hasNext = backward ? rows.length > 0 : more;
  const hasPrevious = backward ? more : at.cursor.after !== undefined && rows.length > 0;
  return {
    rows,
    next: hasNext && last ? encodeCursor(at.keyOf(last)) : null,
    previous: hasPrevious && first ? encodeCursor(at.keyOf(first)) : null,
  };
}
