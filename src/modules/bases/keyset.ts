import { joinSql, q, type Sql } from '../../lib/sql.ts';

/** Where a page of a list begins: after or before the row with these values; without them, at the beginning. */
export type At = { values: (string | number | null)[] | null; backward: boolean };
type Type = 'int' | 'timestamptz' | 'text';

const casts: Record<Type, (value: unknown) => Sql> = {
  int: (value) => q`${value}::int`,
  timestamptz: (value) => q`${value}::timestamptz`,
  text: (value) => q`${value}::text`,
};

/** The condition and the order of a descending keyset list; backwards it runs upwards, and pageOf turns the rows round. */
export function keyset(columns: Sql[], { values, backward }: At, types: Type[]): { beyond: Sql; order: Sql } {
  const row = joinSql(columns, ', ');
  const order = joinSql(
    columns.map((column) => (backward && values ? q`${column} ASC` : q`${column} DESC`)),
    ', ',
  );
  if (!values) return { beyond: q`true`, order };
  const edge = joinSql(
    values.map((value, i) => casts[types[i] ?? 'text'](value)),
    ', ',
  );
  return { beyond: backward ? q`(${row}) > (${edge})` : q`(${row}) < (${edge})`, order };
}
