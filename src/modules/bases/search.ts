import { digitsOf } from '../../lib/digits.ts';
import { joinSql, likeText, q, type Sql } from '../../lib/sql.ts';
import { spellingsOf } from './spellings.ts';

/**
 * The condition on `contacts c` for what a person typed. Any spelling of a whole contact finds it by its key. Anything else is also
 * a part: from four digits of a phone, in any punctuation and with 8 for +7; from three letters of any other key. Shorter
 * parts would find half of a base and no index could help; they find whole contacts only.
 */
export function search(text: string): Sql {
  const { keys, whole } = spellingsOf(text);
  const exact = q`c.key = ANY(${keys}::text[])`;
  if (whole) return exact;
  return q`(${joinSql([exact, ...partsOfPhone(text), ...partsOfWord(text)], ' OR ')})`;
}

/** The same among the few contacts of one agent: any part, however short, of the key or of the value as uploaded. */
export function searchOwn(text: string): Sql {
  const { keys, whole } = spellingsOf(text);
  const exact = q`c.key = ANY(${keys}::text[])`;
  if (whole) return exact;
  const part = `%${likeText(text)}%`;
  const digits = digitsOf(text, 4).map((form) => q`c.key LIKE ${`%${form}%`}`);
  return q`(${joinSql([exact, q`c.value ILIKE ${part}`, q`c.key ILIKE ${part}`, ...digits], ' OR ')})`;
}

// As in the index contacts_phone_parts.
const phoneParts = q`(
  ARRAY[substr(c.key, 2, 4), substr(c.key, 3, 4), substr(c.key, 4, 4), substr(c.key, 5, 4), substr(c.key, 6, 4), substr(c.key, 7, 4), substr(c.key, 8, 4), substr(c.key, 9, 4)]
  || CASE WHEN length(c.key) > 12 THEN ARRAY[substr(c.key, 10, 4), substr(c.key, 11, 4), substr(c.key, 12, 4), substr(c.key, 13, 4)] ELSE '{}'::text[] END)`;

// The index finds phones that have every four digits of the part; the LIKE, that they stand together.
const partsOfPhone = (text: string): Sql[] =>
  digitsOf(text, 4).map(
    (digits) => q`(c.key LIKE '+%' AND ${phoneParts} @> ${foursOf(digits)}::text[] AND c.key LIKE ${`%${digits}%`})`,
  );

// A number with its dashes and brackets is nothing but a phone.
function partsOfWord(text: string): Sql[] {
  const isPhone = digitsOf(text, 4).length > 0 && !/^\d+$/.test(text);
  return text.length < 3 || isPhone
    ? []
    : [q`(c.key NOT LIKE '+%' AND letters_of(c.key) LIKE letters_of(${`%${likeText(text)}%`}))`];
}

const foursOf = (digits: string): string[] =>
  Array.from({ length: digits.length - 3 }, (_, at) => digits.slice(at, at + 4));
