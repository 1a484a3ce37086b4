import { likeText, q, type Sql } from './sql.ts';

type Door = { row<T extends object>(sql: Sql): Promise<T | undefined> };

/** The number in what names a person in a filter: `12`, `#12`, `#12 Anna`. Anything else is a part of a name. */
export function personNumber(words: string): number | undefined {
  const [, marked, bare] = /^(?:#(\d{1,9})(?:\s.*)?|(\d{1,9}))$/s.exec(words) ?? [];
  return marked || bare ? Number(marked ?? bare) : undefined;
}

/** The condition that a name, as it is compared, has these words in it. */
export const nameHas = (nameKey: Sql, words: string): Sql => q`${nameKey} LIKE ${`%${likeText(words.toLowerCase())}%`}`;

/** The condition that a column holds a person whom these words name. */
export function personIs(column: Sql, words: string): Sql {
  const id = personNumber(words);
  if (id !== undefined) return q`${column} = ${id}`;
  return q`${column} IN (SELECT id FROM users WHERE ${nameHas(q`name_key`, words)})`;
}

/** The words as a filter's field shows them again: a number with the name beside it. */
export async function personShown(sql: Door, words: string | undefined): Promise<string | undefined> {
  const id = words === undefined ? undefined : personNumber(words);
  if (id === undefined) return words;
  const person = await sql.row<{ name: string }>(q`SELECT name FROM users WHERE id = ${id}`);
  return person ? `#${id} ${person.name}` : words;
}

/** The one person whom these words name: by number, by the whole name, or by a part that only he has. */
export async function onlyPerson(sql: Door, words: string): Promise<number | undefined> {
  const id = personNumber(words);
  if (id !== undefined) return id;
  const row = await sql.row<{ id: number | null }>(q`
    SELECT coalesce((SELECT id FROM users WHERE name_key = ${words.toLowerCase()}),
      (SELECT CASE WHEN count(*) = 1 THEN min(id) END FROM users u WHERE ${personIs(q`u.id`, words)})) AS id`);
  return row?.id ?? undefined;
}
