import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import i18next from 'i18next';
import { phrases } from './phrases.ts';

export type Locale = 'ru' | 'en';
export type Translate = (key: string, params?: Record<string, unknown>) => string;

export const locales: readonly Locale[] = ['ru', 'en'];
const defaultNamespace = 'common';
const noWords = '\u0000';
const directory = path.resolve(import.meta.dirname, '../locales');

const resources = Object.fromEntries(locales.map((locale) => [locale, readNamespaces(locale)]));
const i18n = i18next.createInstance();
void i18n.init({
  initAsync: false,
  resources,
  ns: Object.keys(resources.ru ?? {}),
  defaultNS: defaultNamespace,
  fallbackLng: false,
  lng: 'ru',
  interpolation: { escapeValue: false },
  returnObjects: false,
  parseMissingKeyHandler: () => noWords,
});

/**
 * A translate function for one language: `t('accounts:login.title')`, `t('people', { count: 5 })`.
 * Keys without a namespace belong to `common`. A missing key throws in tests; elsewhere it warns and
 * shows the key, because a page with one odd word beats no page.
 */
export function translator(locale: Locale): Translate {
  return translators[locale];
}

const translators: Record<Locale, Translate> = { ru: makeTranslator('ru'), en: makeTranslator('en') };

// Most words of a page come without parameters, and always the same.
function makeTranslator(locale: Locale): Translate {
  const t = i18n.getFixedT(locale);
  const plain = new Map<string, string>();
  const sayQuickly = phrases(locale, (key) => resourceOf(locale, key));
  const say = (key: string, params?: Record<string, unknown>): string => {
    const text = String(t(key, params ?? {}));
    return text === noWords ? missing(key, locale) : text;
  };
  return (key, params) => {
    if (params) return sayQuickly(key, params) ?? say(key, params);
    const text = plain.get(key) ?? say(key);
    plain.set(key, text);
    return text;
  };
}

function resourceOf(locale: Locale, key: string): unknown {
  const [namespace, name] = key.includes(':') ? (key.split(':') as [string, string]) : [defaultNamespace, key];
  return i18n.getResource(locale, namespace, name);
}

/** Whether a key has words: for what is named by data, such as an action of the journal. */
export const hasTranslation = (key: string, locale: Locale): boolean => i18n.exists(key, { lng: locale });

/** The person's own choice first, then the cookie, then the browser's Accept-Language; Russian when none is known. */
export function localeFrom(acceptLanguage?: string, cookie?: string, userLocale?: string | null): Locale {
  return asLocale(userLocale) ?? asLocale(cookie) ?? preferred(acceptLanguage) ?? 'ru';
}

/** Narrows an outside string to a language of ours, or undefined. */
export function asLocale(value: unknown): Locale | undefined {
  return locales.find((locale) => locale === value);
}

function preferred(acceptLanguage = ''): Locale | undefined {
  return acceptLanguage
    .split(',')
    .map((part) => {
      const [tag = '', quality] = part.trim().split(/\s*;\s*q=/);
      return { locale: asLocale(tag.slice(0, 2).toLowerCase()), quality: Number(quality ?? 1) };
    })
    .filter(({ locale, quality }) => locale && quality > 0)
    .sort((a, b) => b.quality - a.quality)[0]?.locale;
}

function missing(key: string, locale: Locale): string {
  if (process.env.NODE_ENV === 'test') throw new Error(`Missing translation: ${locale} ${key}`);
  process.emitWarning(`Missing translation: ${locale} ${key}`);
  return key;
}

function readNamespaces(locale: Locale): Record<string, Record<string, unknown>> {
  const folder = path.join(directory, locale);
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return Object.fromEntries(
    files.map((file) => [path.basename(file, '.json'), JSON.parse(readFileSync(path.join(folder, file), 'utf8'))]),
  );
}
