import { expect, test } from 'vitest';
import { compile, fixed, q } from '../../src/lib/sql.ts';

test('a fixed number is part of the text, and nothing but a number of rows', () => {
  expect(compile(q`SELECT ${1} LIMIT ${fixed(26)}`)).toEqual({ text: 'SELECT $1 LIMIT 26', values: [1] });
  for (const wrong of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60])
    expect(() => fixed(wrong)).toThrow(RangeError);
});
