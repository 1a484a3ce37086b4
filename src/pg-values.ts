import pg from 'pg';

const { builtins } = pg.types;
const TEXT_ARRAY = 1009;

/**
 * How values of PostgreSQL come to us. `date` and `int8` as text and number: a business day is a word, and our counts stay far below
 * 2^53. Moments and lists of words as pg gives them, but the plain ones, which nearly all are, without its reading letter by letter.
 */
export function setValueParsers(): void {
  pg.types.setTypeParser(builtins.DATE, (value) => value);
  pg.types.setTypeParser(builtins.INT8, Number);
  pg.types.setTypeParser(builtins.TIMESTAMPTZ, (value) => plainMoment(value) ?? anyMoment(value));
  // The same for `text[]`, which has no name in the list.
  pg.types.setTypeParser(TEXT_ARRAY as typeof builtins.TEXT, (value) => plainList(value) ?? anyList(value));
}

const anyMoment: (value: string) => unknown = pg.types.getTypeParser(builtins.TIMESTAMPTZ);
const anyList: (value: string) => unknown = pg.types.getTypeParser(TEXT_ARRAY as typeof builtins.TEXT);

// 2026-11-21 10:00:00.123456+00, of a server that speaks in UTC.
const plainMoment = (value: string): Date | undefined =>
  value.endsWith('+00') && value.charCodeAt(4) === DASH && value.charCodeAt(10) === SPACE
    ? new Date(`${value.slice(0, 10)}T${value.slice(11, -3)}Z`)
    : undefined;

const [DASH, SPACE] = [45, 32];

// {one,two}: nothing in it that would be quoted, and nothing that is nothing.
const plainList = (value: string): string[] | undefined =>
  value === '{}' ? [] : /["\\{}]|NULL/i.test(value.slice(1, -1)) ? undefined : value.slice(1, -1).split(',');
