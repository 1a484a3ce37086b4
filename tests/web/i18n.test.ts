import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import i18next from 'i18next';
import { describe, expect, test } from 'vitest';
import { createFilters } from '../../src/web/filters.ts';
import { type Locale, localeFrom, locales, translator } from '../../src/web/i18n.ts';
import { withQuery } from '../../src/web/urls.ts';
import { filesBelow, read } from '../support/sources.ts';

const folder = path.resolve(import.meta.dirname, '../../src/locales');

test('both languages have the same files, keys and parameters', () => {
  expect(readdirSync(path.join(folder, 'en')).sort()).toEqual(readdirSync(path.join(folder, 'ru')).sort());
  for (const file of readdirSync(path.join(folder, 'ru'))) {
    const [ru, en] = [flatten('ru', file), flatten('en', file)];
    expect([...en.keys()].sort(), file).toEqual([...ru.keys()].sort());
    for (const [key, text] of ru) expect(parameters(en.get(key) ?? ''), `${file} ${key}`).toEqual(parameters(text));
  }
});

test('every plural has all the forms of its language', () => {
  for (const locale of locales) {
    const forms = locale === 'ru' ? ['few', 'many', 'one', 'other'] : ['one', 'other'];
    for (const file of readdirSync(path.join(folder, locale))) {
      for (const [stem, found] of plurals(locale, file))
        expect(found.sort(), `${locale} ${file} ${stem}`).toEqual(forms);
    }
  }
});

test('phrases said quickly are what i18next says', () => {
  const counts = [0, 1, 2, 5, 11, 21, 1.5, 1_234_567];
  for (const locale of locales) {
    const plain = i18next.createInstance();
    void plain.init({
      initAsync: false,
      lng: locale,
      fallbackLng: false,
      interpolation: { escapeValue: false },
      resources: { [locale]: Object.fromEntries(namespaces(locale)) },
    });
    for (const [namespace] of namespaces(locale)) {
      const forms = plurals(locale, `${namespace}.json`);
      for (const [key, text] of flatten(locale, `${namespace}.json`)) {
        const stem = key.replace(/_plural$/, '');
        const named = Object.fromEntries(
          parameters(text).map((name) => [name, /number/.test(text) ? 1234.5 : `<${name}>`]),
        );
        for (const count of forms.has(stem) ? counts : [undefined, 2]) {
          const params = count === undefined ? named : { ...named, count };
          const asked = `${namespace}:${stem}`;
          expect(translator(locale)(asked, params), `${locale} ${asked}`).toBe(plain.t(asked, params));
        }
      }
    }
  }
});

test('no text is empty, and every namespace is one noun of a file name', () => {
  for (const locale of locales) {
    for (const file of readdirSync(path.join(folder, locale))) {
      expect(file).toMatch(/^[a-z]+\.json$/);
      for (const [key, text] of flatten(locale, file)) expect(text.trim(), `${file} ${key}`).not.toBe('');
    }
  }
});

test('every text is asked for by the code or a template', () => {
  const code = [...filesBelow('src', '.ts'), ...filesBelow('views', '.njk'), ...filesBelow('public/js', '.js')].map(
    read,
  );
  const asked = code.join('\n');
  const names = new Set(asked.match(/(?<=['"`])(?:[a-z]+:)?\w+(?:\.\w+)*(?=['"`])/gi));
  // What is put together: `leads:status.${status}`, 'delta.' + trend.
  const beginnings = new Set(asked.match(/(?<=['"`])(?:[a-z]+:)?(?:\w+\.)+(?=['"`]|\$\{)|(?<=`)[a-z]+:(?=\$\{)/gi));
  const isAsked = (key: string): boolean =>
    names.has(key) || [...key.matchAll(/[:.]/g)].some(({ index }) => beginnings.has(key.slice(0, index + 1)));
  const unused = readdirSync(path.join(folder, 'ru')).flatMap((file) => {
    const noun = path.basename(file, '.json');
    const keys = [...flatten('ru', file).keys()].map((key) => key.replace(/_plural$/, ''));
    return keys
      .filter((key) => !isAsked(`${noun}:${key}`) && !(noun === 'common' && isAsked(key)))
      .map((key) => `${noun}:${key}`);
  });
  expect(unused).toEqual([]);
});

test('Russian counts as Russians do', () => {
  const t = translator('ru');
  const counted = [1, 3, 5, 11, 21, 1204].map((count) => t('pages.found', { count }));
  expect(counted).toEqual(['1 запись', '3 записи', '5 записей', '11 записей', '21 запись', '1\u00a0204 записи']);
});

test('a key nobody wrote stops a test at once', () => {
  expect(() => translator('en')('common:no.such.key')).toThrow('Missing translation: en common:no.such.key');
});

test('markup in a parameter is left to the template to escape, once', () => {
  expect(translator('ru')('filters.remove', { name: '<b>' })).toBe('Убрать фильтр: <b>');
});

test.each([
  ['the person’s own choice outranks all', ['ru', 'ru', 'en'], 'en'],
  ['then the cookie', ['ru', 'en', null], 'en'],
  ['then the browser, by its preference', ['de, ru;q=0.5, en-GB;q=0.9', undefined, undefined], 'en'],
  ['a language refused with q=0 is not taken', ['en;q=0', undefined, undefined], 'ru'],
  ['Russian when nothing fits', ['de', 'xx', null], 'ru'],
] as const)('language: %s', (_, [header, cookie, own], expected) => {
  expect(localeFrom(header, cookie, own)).toBe(expected);
});

describe('what people read', () => {
  const now = new Date('2026-03-05T12:00:00Z');
  const filters = (locale: Locale, zone = 'Europe/Moscow') =>
    createFilters(() => ({ locale, t: translator(locale), zone, now }));
  const ru = filters('ru');

  test('numbers are grouped so that they stay one word', () => {
    expect(ru.number(1234567)).toBe('1\u202f234\u202f567');
    expect(ru.number(0)).toBe('0');
    expect(ru.number(null)).toBe('—');
    expect(ru.percent(0.1234, 1)).toBe('12,3\u00a0%');
    expect(ru.money(1500)).toBe('1\u202f500\u00a0₽');
    expect(filters('en').number(1234567)).toBe('1,234,567');
  });

  test('a time is shown in the person’s zone', () => {
    expect(ru.datetime('2026-03-05T21:30:00Z')).toBe('06.03.2026, 00:30');
    expect(filters('ru', 'Asia/Vladivostok').time('2026-03-05T21:30:00Z')).toBe('07:30');
    expect(filters('en').date('2026-03-05T21:30:00Z')).toBe('6 Mar 2026');
    expect(ru.date('not a date')).toBe('—');
  });

  test('a moment is relative, with the exact one on hover', () => {
    const html = String(ru.ago('2026-03-05T11:40:00Z'));
    expect(html).toContain('datetime="2026-03-05T11:40:00.000Z"');
    expect(html).toMatch(/title="5 марта 2026.*14:40"/);
    expect(html).toContain('>20 минут назад<');
    expect(String(ru.ago(now))).toContain('только что');
    expect(String(ru.ago('2026-01-05T11:40:00Z'))).toContain('>05.01.2026<');
  });

  test.each([
    [
      'the evening before last, in 31 hours',
      '2026-11-22T01:16+03:00',
      '2026-11-20T18:16+03:00',
      'позавчера',
      '2 days ago',
    ],
    ['a minute before that midnight', '2026-11-22T01:16+03:00', '2026-11-20T23:59+03:00', 'позавчера', '2 days ago'],
    ['a minute after it', '2026-11-22T01:16+03:00', '2026-11-21T00:01+03:00', 'вчера', 'yesterday'],
    ['late yesterday, hours ago', '2026-11-22T01:16+03:00', '2026-11-21T22:16+03:00', '3 часа назад', '3 hours ago'],
    ['tomorrow night, in 46 hours', '2026-11-22T01:16+03:00', '2026-11-23T23:16+03:00', 'завтра', 'tomorrow'],
    ['four weeks ago', '2026-11-22T01:16+03:00', '2026-10-25T23:16+03:00', '28 дней назад', '28 days ago'],
    ['another zone', '2026-11-22T01:16+03:00', '2026-11-20T23:59+03:00', 'вчера', 'yesterday', 'Asia/Vladivostok'],
    [
      'a day of 23 hours',
      '2026-03-30T00:10+02:00',
      '2026-03-28T22:50+01:00',
      'позавчера',
      '2 days ago',
      'Europe/Berlin',
    ],
    [
      'a day of 25 hours',
      '2026-10-25T23:06+01:00',
      '2026-10-25T00:05+02:00',
      '24 часа назад',
      '24 hours ago',
      'Europe/Berlin',
    ],
  ])(
    'days are those of the calendar where the person is: %s',
    (_what, at, moment, russian, english, zone = 'Europe/Moscow') => {
      const said = (['ru', 'en'] as const).map((locale) => {
        const { ago } = createFilters(() => ({ locale, t: translator(locale), zone, now: new Date(at) }));
        return /<time[^>]*>(.*)<\/time>/.exec(String(ago(moment)))?.[1];
      });
      expect(said).toEqual([russian, english]);
    },
  );

  test('phones, sizes, spans and names have their usual look', () => {
    expect(ru.phone('+79001234567')).toBe('+7 900 123-45-67');
    expect(ru.phone('+442071838750')).toBe('+44 20 7183 8750');
    expect(ru.phone('nick')).toBe('nick');
    expect(ru.bytes(31_457_280)).toBe('30\u00a0МБ');
    expect(ru.duration(5430)).toBe('1\u00a0ч 30\u00a0мин');
    expect(ru.duration(0)).toBe('0\u00a0с');
    expect([ru.initials('Анна Смирнова'), ru.initials('ivan_petrov'), ru.initials('olga')]).toEqual(['АС', 'IP', 'OL']);
  });
});

test('a changed filter keeps the rest of the address', () => {
  expect(withQuery('/x?a=1&b=2', { b: null, c: 'ё' })).toBe('/x?a=1&c=%D1%91');
  expect(withQuery('/x?a=1', { a: '' })).toBe('/x');
  expect(withQuery('/x', { id: [1, 2] })).toBe('/x?id=1&id=2');
});

function flatten(locale: Locale, file: string): Map<string, string> {
  const keys = new Map<string, string>();
  const walk = (node: object, prefix: string) => {
    for (const [name, value] of Object.entries(node)) {
      if (typeof value === 'string') keys.set(withoutPluralForm(prefix + name), value);
      else walk(value, `${prefix + name}.`);
    }
  };
  walk(JSON.parse(readFileSync(path.join(folder, locale, file), 'utf8')), '');
  return keys;
}

function plurals(locale: Locale, file: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const text = readFileSync(path.join(folder, locale, file), 'utf8');
  const walk = (node: object, prefix: string) => {
    for (const [name, value] of Object.entries(node)) {
      const [, stem, form] = /^(.+)_(one|few|many|other|zero|two)$/.exec(name) ?? [];
      if (stem && form && typeof value === 'string')
        found.set(prefix + stem, [...(found.get(prefix + stem) ?? []), form]);
      else if (typeof value === 'object') walk(value, `${prefix + name}.`);
    }
  };
  walk(JSON.parse(text), '');
  return found;
}

// `other_social` is a word, `found_other` a plural form: only a trailing form counts.
function withoutPluralForm(key: string): string {
  return key.replace(/_(one|few|many|other)$/, '_plural');
}

function parameters(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\{\s*(\w+)/g)].map(([, name = '']) => name))].sort();
}

function namespaces(locale: Locale): [string, Record<string, unknown>][] {
  const files = readdirSync(path.join(folder, locale));
  return files.map((file) => [
    path.basename(file, '.json'),
    JSON.parse(readFileSync(path.join(folder, locale, file), 'utf8')),
  ]);
}
