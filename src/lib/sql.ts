import pg from 'pg';

/** A piece of SQL with its values, safe to put into another piece. Made only by the `q` tag. */
export type Sql = { readonly parts: readonly string[]; readonly values: readonly unknown[] };

const isSql = (value: unknown): value is Sql =>
  typeof value === 'object' && value !== null && 'parts' in value && 'values' in value;

/** Tags SQL text: an interpolated `q` fragment is spliced in, anything else becomes a bound parameter. */
export function q(strings: TemplateStringsArray, ...inserts: unknown[]): Sql {
  const parts = [strings[0] ?? ''];
  const values: unknown[] = [];
  inserts.forEach((insert, i) => {
    const after = strings[i + 1] ?? '';
    if (isSql(insert)) {
      parts[parts.length - 1] += insert.parts[0] ?? '';
      parts.push(...insert.parts.slice(1));
      values.push(...insert.values);
      parts[parts.length - 1] += after;
    } else {
      parts.push(after);
      values.push(insert);
    }
  });
  return { parts, values };
}

/**
 * A whole number as part of the text: how many rows a list shows belongs to the question. Of a LIMIT that is bound PostgreSQL assumes a
 * tenth of the table, finds every kept plan dear, and plans anew each time, which takes as long as the answer.
 */
export function fixed(count: number): Sql {
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`${count} rows`);
  return { parts: [String(count)], values: [] };
}

/** Joins fragments: `joinSql([q`a = ${1}`, q`b = ${2}`], ' AND ')`. An empty list gives an empty fragment. */
export function joinSql(pieces: readonly Sql[], separator: ' AND ' | ' OR ' | ', ' | ' '): Sql {
  const [first, ...rest] = pieces;
  if (!first) return q``;
  const glue: Sql = { parts: [separator], values: [] };
  return rest.reduce((all, piece) => q`${all}${glue}${piece}`, first);
}

/** `WHERE a AND b`, or nothing when there are no conditions. */
export const where = (conditions: readonly Sql[]): Sql =>
  conditions.length > 0 ? q`WHERE ${joinSql(conditions, ' AND ')}` : q``;

/** The text with $1, $2, … and the values, as a driver takes them. */
export function compile(sql: Sql): { text: string; values: unknown[] } {
  const text = sql.parts.reduce((all, part, i) => (i === 0 ? part : `${all}$${i}${part}`), '');
  return { text, values: [...sql.values] };
}

/**
 * The text with its values written into it as literals of no type, which is what bound parameters are to PostgreSQL. For COPY, the one
 * statement of ours that takes no parameters; everything else binds them.
 */
export function inlined({ parts, values }: Sql): string {
  return parts.reduce((all, part, i) => (i === 0 ? part : `${all}${literal(values[i - 1])}${part}`), '');
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (value instanceof Date) return pg.escapeLiteral(value.toISOString());
  if (Array.isArray(value)) return pg.escapeLiteral(`{${value.map(element).join(',')}}`);
  if (typeof value === 'object' || typeof value === 'function') throw new TypeError('This value has no literal');
  return pg.escapeLiteral(String(value));
}

function element(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'object') throw new TypeError('This value has no literal in a list');
  return `"${String(value).replace(/["\\]/g, '\\$&')}"`;
}

/** Escapes %, _ and \ so that what a person typed is searched for as it stands. */
export const likeText = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
