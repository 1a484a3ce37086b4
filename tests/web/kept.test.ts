import { expect, test } from 'vitest';
import { safeHtml } from '../../src/web/html.ts';
import { inCommon, KeptPieces } from '../../src/web/kept.ts';

const long = (text: string): string => `<tr>${text.repeat(600)}</tr>`;

test('a piece is drawn once for what it is drawn from, for each audience, and anew when that changes', () => {
  const kept = new KeptPieces();
  let drawn = 0;
  const row = (from: object) =>
    String(
      kept.keep('row', from, () => {
        drawn += 1;
        return `${JSON.stringify(from)} ${kept.audience}`;
      }),
    );
  kept.audience = 'ru';
  expect([row({ a: 1 }), row({ a: 1 }), row({ a: 2 })]).toEqual(['{"a":1} ru', '{"a":1} ru', '{"a":2} ru']);
  expect(drawn).toBe(2);
  kept.audience = 'en';
  expect(row({ a: 1 })).toBe('{"a":1} en');
  kept.audience = '';
  row({ a: 1 });
  row({ a: 1 });
  expect(drawn).toBe(5);
});

test('a page as bytes is the page as text, wherever its pieces stand, and whatever they were drawn from', () => {
  const kept = new KeptPieces();
  kept.audience = 'ru';
  const row = (text: string) => kept.keep('row', [text], () => long(text));
  const table = (rows: unknown[]) => kept.keep('table', rows, () => `<table>${rows.join('')}</table>`);
  const draw = () => `начало ${row('а')}${row('б')} ${table([row('в'), 'г'])} ${row('а')} конец`;
  const text = draw();
  for (const _ of [1, 2, 3]) expect(kept.pageOf(draw).toString()).toBe(text);
  // A page drawn within another, as a letter might be.
  expect(kept.pageOf(() => `${row('а')}${kept.pageOf(() => String(row('б')))}`).toString()).toBe(long('а') + long('б'));
  expect(draw()).toBe(text);
});

test('a long piece within another long piece is of the page that is drawn, not of the first one that drew it', () => {
  const kept = new KeptPieces();
  kept.audience = 'ru';
  const cell = (text: string) => kept.keep('cell', text, () => long(text));
  const row = (inner: unknown) => kept.keep('row', [inner], () => `<tr>${inner}${'x'.repeat(600)}</tr>`);
  const first = () => `${row(cell('а'))}`;
  const second = () => `${cell('б')}${row(cell('а'))}${row(cell('в'))}`;
  for (const draw of [first, second, first, second]) expect(kept.pageOf(draw).toString()).toBe(draw());
});

test('what was kept long ago is forgotten before memory fills', () => {
  const kept = new KeptPieces();
  kept.audience = 'ru';
  let drawn = 0;
  const piece = (n: number) =>
    kept.keep('piece', n, () => {
      drawn += 1;
      return 'x'.repeat(100_000);
    });
  for (let n = 0; n < 100; n += 1) piece(n);
  expect(drawn).toBe(100);
  piece(99);
  expect(drawn).toBe(100);
  piece(0);
  expect(drawn).toBe(101);
});

test('what somebody typed by the megabyte does not drive out what all pages share', () => {
  const kept = new KeptPieces();
  kept.audience = 'ru';
  let drawn = 0;
  const piece = (from: string) =>
    kept.keep('piece', from, () => {
      drawn += 1;
      return from.slice(0, 10);
    });
  piece('navigation');
  for (let n = 0; n < 20; n += 1) expect(String(piece(`${n}${'x'.repeat(1_000_000)}`))).toContain(`${n}xx`);
  piece('navigation');
  expect(drawn).toBe(21);
});

test('what a list has in common is a number in the keys of its pieces, another number when it differs', () => {
  const kept = new KeptPieces();
  kept.audience = 'ru';
  let drawn = 0;
  const row = (columns: string[] | null | undefined) =>
    String(
      kept.keep('row', { n: 1, columns }, () => {
        drawn += 1;
        return columns?.join().slice(-3);
      }),
    );
  const rows = [row(inCommon(['a', 'b'])), row(inCommon(['a', 'c'])), row(inCommon(['a', 'b']))];
  expect(rows).toEqual(['a,b', 'a,c', 'a,b']);
  expect(drawn).toBe(2);
  // As it is it would be too long for a key, and be drawn each time.
  const long = () => ['x'.repeat(30_000)];
  for (const columns of [long(), long(), inCommon(long()), inCommon(long())]) row(columns);
  expect(drawn).toBe(5);
  expect(inCommon(null)).toBeNull();
});

test('no two values share a piece, however their parts are put together', () => {
  const kept = new KeptPieces();
  kept.audience = 'ru';
  const values: unknown[] = [
    ...['', 'a', "1'a", '1', 'null', 'undefined', 'true', '[]', '{}', "a1'b", 'c1;'],
    ...[0, 1, -1, 1.5, Number.NaN, 1n, null, undefined, true, false, new Date(1), new Date(Number.NaN)],
    ...[safeHtml('a'), safeHtml("1'a"), [], [[]], [[], []], ['a'], ['a', 'b'], ["a1'b"], [['a'], 'b'], [['a', 'b']]],
    ...[{}, { a: 1 }, { a: '1' }, { a: undefined }, { a: { b: 1 } }, { a: 1, b: 1 }, { "a1'b": 1 }, [{ a: 1 }, {}]],
  ];
  const pieces = values.map((value, n) => String(kept.keep('piece', value, () => `piece ${n}`)));
  expect(pieces).toEqual(values.map((_, n) => `piece ${n}`));
  expect(values.map((value) => String(kept.keep('piece', value, () => 'another')))).toEqual(pieces);
});
