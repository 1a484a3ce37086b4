import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { CONTACT_KINDS, type ContactKind, KEY_FAULTS, normaliseKey } from '../../../src/lib/keys/index.ts';

const host = fc.constantFrom(
  't.me',
  'm.vk.com',
  'ok.ru',
  'instagram.com',
  'www.avito.ru',
  'youla.ru',
  'kwork.ru',
  'www.Example.com',
  'пример.рф',
  'wa.me',
);
const word = fc.oneof(
  fc.stringMatching(/^[\w.+%@#?=&-]{1,20}$/),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('user', 'profile', 'id1', 'group', '%25', '%D0%B8'),
);
const link = fc
  .tuple(fc.constantFrom('', 'https://', 'HTTP://', '@', "='"), host, fc.array(word, { maxLength: 3 }))
  .map(([scheme, site, words]) => scheme + [site, ...words].join('/'));
const email = fc
  .tuple(fc.emailAddress(), fc.constantFrom('', 'mailto:', '<'))
  .map(([address, before]) => before + address);
const contact = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.stringMatching(/^[@'=+ ]{0,2}[\w.:-]{1,25}$/),
  fc.stringMatching(/^\+?[\d ().-]{7,20}$/),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.constantFrom(...CONTACT_KINDS).map((kind) => `${kind}:value`),
  link,
  email,
);

function again(raw: string, kind: ContactKind) {
  const verdict = normaliseKey(raw, kind);
  return verdict.ok ? verdict.key : verdict.reason;
}

describe.each(CONTACT_KINDS)('the %s key of any input', (kind) => {
  it('never throws and is a key or a known fault', () => {
    fc.assert(
      fc.property(contact, (raw) => {
        const verdict = normaliseKey(raw, kind);
        if (!verdict.ok) {
          expect(KEY_FAULTS).toContain(verdict.reason);
          return;
        }
        expect(verdict.key.isWellFormed()).toBe(true);
        expect(verdict.key).not.toMatch(/\p{Cc}/u);
        expect(Buffer.byteLength(verdict.key)).toBeLessThan(2600);
      }),
      { numRuns: 1500 },
    );
  });

  it('stays the same when its tidy spelling, or the key itself, is normalised again', () => {
    fc.assert(
      fc.property(contact, (raw) => {
        const verdict = normaliseKey(raw, kind);
        if (!verdict.ok) return;
        expect(again(verdict.shown, kind)).toBe(verdict.key);
        const own = verdict.kind === kind || ['avito', 'yula', 'kwork'].includes(verdict.kind);
        if (own) expect(again(verdict.key, kind)).toBe(verdict.key);
      }),
      { numRuns: 1500 },
    );
  });
});

test('any input of ten thousand characters is answered at once', () => {
  for (const unit of ['a', '1', '.', 'a.', '@', 'a@', '/', '://', ' ', '(', '+7', 'доб', 'x1', '\u200b', 'ﷺ', 'тел.'])
    for (const kind of CONTACT_KINDS)
      for (const length of [1900, 10_000]) {
        const started = performance.now();
        normaliseKey(unit.repeat(length / unit.length), kind);
        expect(performance.now() - started).toBeLessThan(100);
      }
});
