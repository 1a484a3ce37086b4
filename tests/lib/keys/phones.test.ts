import fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { describe, expect, it, test } from 'vitest';
import { normaliseKey } from '../../../src/lib/keys/index.ts';
import { normaliseAnyPhone, normalisePhone, quickMobile } from '../../../src/lib/keys/phone.ts';

const keyOf = (raw: string) => {
  const verdict = normaliseKey(raw, 'phone');
  return verdict.ok ? verdict.key : verdict.reason;
};

describe('two spellings of one phone are one key', () => {
  test.each([
    ['8 and brackets', '8 (900) 123-45-67'],
    ['+7 and spaces', '+7 900 123 45 67'],
    ['ten digits', '9001234567'],
    ['eleven digits', '79001234567'],
    ['a float of Excel', '79001234567.0'],
    ['a float with a comma', '79001234567,0'],
    ['an exponent of Excel', '7.9001234567E+10'],
    ['an exponent with a comma', '7,9001234567e+10'],
    ['non-breaking spaces', '+7\u00a0900\u00a0123\u00a045\u00a067'],
    ['narrow spaces', '+7\u202f900\u2009123\u200945\u200967'],
    ['dots', '8.900.123.45.67'],
    ['a hyphen that does not break', '8\u2011900\u2011123\u201145\u201167'],
    ['en and em dashes', '8–900—123–45—67'],
    ['a minus sign', '8\u2212900\u2212123\u221245\u221267'],
    ['full-width digits', '＋７（９００）１２３－４５－６７'],
    ['a leading =', '=79001234567'],
    ['a leading = with quotes', '="79001234567"'],
    ["a leading '", "'79001234567"],
    ["a leading ' and +", "'+79001234567"],
    ['тел.', 'тел. 8 900 123-45-67'],
    ['Тел.:', 'Тел.: +7(900)1234567'],
    ['tel:', 'tel:+79001234567'],
    ['моб. тел.', 'моб. тел. 89001234567'],
    ['an extension', '8 900 123-45-67 доб. 12'],
    ['an extension in English', '+7 900 123-45-67 ext. 5'],
    ['invisible marks around a pasted number', '\u202a+7 900 123-45-67\u202c'],
    ['a zero-width space inside', '+7900\u200b1234567'],
    ['+7 and 8 together', '+7 8 900 123-45-67'],
    ['a plus before 8', '+8 900 123-45-67'],
    ['tabs and spaces around', '\t 8 900 123 45 67 \n'],
    ['wa.me', 'https://wa.me/79001234567?text=hi'],
    ['a link of Viber', 'viber://chat?number=%2B79001234567'],
    ['api.whatsapp.com', 'https://api.whatsapp.com/send?phone=79001234567&text=x'],
  ])('%s', (_, raw) => {
    expect(normaliseKey(raw, 'phone')).toEqual({
      ok: true,
      key: '+79001234567',
      kind: 'phone',
      shown: '+7 900 123-45-67',
    });
  });

  test.each([
    ['a Moscow line', '8 (495) 123-45-67', '+74951234567'],
    ['a free line', '8-800-555-35-35', '+78005553535'],
    ['Kazakhstan, which shares +7', '+7 701 234 56 78', '+77012345678'],
    ['Belarus by its plus', '+375 (29) 123-45-67', '+375291234567'],
    ['Germany by its plus', '+49 1512 3456789', '+4915123456789'],
    ['the international prefix from Russia', '8~10 375 29 123 45 67', '+375291234567'],
    ['an exponent with a final zero dropped', '7.900123456E10', '+79001234560'],
  ])('%s', (_, raw, key) => expect(keyOf(raw)).toBe(key));
});

describe('what is no phone says why', () => {
  test.each([
    ['', 'empty'],
    [' — ', 'empty'],
    ['Телефон', 'header'],
    ['phone:', 'header'],
    ['Иван', 'not-a-phone'],
    ['7900123456', 'not-a-phone'],
    ['8900123456', 'not-a-phone'],
    ['890012345678', 'not-a-phone'],
    ['375291234567', 'not-a-phone'],
    ['+999 12 345 67 89', 'not-a-phone'],
    ['79001234567.5', 'not-a-phone'],
    ['12.05.2024 10:30', 'not-a-phone'],
    ['7.9E+10', 'rounded-number'],
    ['7,90012E+10', 'rounded-number'],
    ['89001234567, 89007654321', 'several-phones'],
    ['8 900 123-45-67 / 8 900 765-43-21', 'several-phones'],
    ['89001234567 89007654321', 'several-phones'],
    ['9'.repeat(3000), 'too-long'],
  ])('%j is %s', (raw, reason) => expect(keyOf(raw)).toBe(reason));
});

const separator = fc.constantFrom('', '', '', ' ', '-', '.', '\u00a0', ' (', ') ', '\u2013', '\u2212', '\u2009', '--');
const spelling = fc
  .tuple(
    fc.constantFrom('8', '7', '+7', '', '+8', '+', '(8', '77'),
    fc.oneof(fc.stringMatching(/^9\d{9}$/), fc.stringMatching(/^[3-9]\d{8,10}$/)),
    fc.array(separator, { minLength: 12, maxLength: 12 }),
    fc.constantFrom('', '', '.0', '.00', ' '),
  )
  .map(([prefix, digits, gaps, tail]) => prefix + [...digits].map((d, i) => (gaps[i] ?? '') + d).join('') + tail);

describe('the quick path', () => {
  it('agrees with the full reading on every spelling', () => {
    fc.assert(
      fc.property(spelling, (raw) => {
        expect(normalisePhone(raw)).toEqual(normaliseAnyPhone(raw));
      }),
      { numRuns: 2000 },
    );
  });

  it('agrees with the library about which Russian mobiles exist', () => {
    const mobile = fc.oneof(fc.stringMatching(/^9\d{9}$/), fc.stringMatching(/^9300\d{6}$/));
    fc.assert(
      fc.property(mobile, fc.constantFrom('8', '7', '+7', ''), (digits, prefix) => {
        const phone = parsePhoneNumberFromString(prefix + digits, 'RU');
        const expected = phone?.isValid() ? phone.number : 'not-a-phone';
        expect(keyOf(prefix + digits)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('takes the common spellings itself', () => {
    for (const raw of ['+79001234567', '8 (900) 123-45-67', '9001234567', '79001234567.0', '8\u2013900\u00a01234567'])
      expect(quickMobile(raw)).toBe('9001234567');
  });

  it('is fast enough for a million rows: at least 100,000 phones a second even on a busy machine', () => {
    const rows = Array.from(
      { length: 100_000 },
      (_, i) => `8 (901) ${100 + (i % 900)}-${10 + (i % 90)}-${10 + (i % 80)}`,
    );
    const started = performance.now();
    expect(rows.every((raw) => normaliseKey(raw, 'phone').ok)).toBe(true);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
