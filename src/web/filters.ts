import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { dateText, numberFormat, relativeTimeFormat } from '../lib/formats.ts';
import type { Total } from '../lib/totals.ts';
import { escapeHtml, type SafeHtml, safeHtml } from './html.ts';
import type { Locale, Translate } from './i18n.ts';

/** Who the page is for: what filters need to know to speak to that person. */
export type Audience = { locale: Locale; t: Translate; zone: string; now: Date };
type When = Date | string | number | null | undefined;
type Amount = number | bigint | null | undefined;

const tags: Record<Locale, string> = { ru: 'ru-RU', en: 'en-GB' };
const DAY = 86_400;
const relativeUnits: [ShortUnit, number][] = [
  ['day', DAY],
  ['hour', 3_600],
  ['minute', 60],
];

/**
 * Every template filter by name. Nothing (null, undefined, an unreadable date) shows as an em dash, so that a table
 * has no holes. Durations are in seconds, shares in 0…1, money in roubles.
 */
export function createFilters(audience: () => Audience) {
  const tag = () => tags[audience().locale];
  const day = (value: When, style?: 'long' | 'short') =>
    formatDate(value, tag(), audience().zone, dateParts(tag(), style));

  return {
    number: (value: Amount, digits = 0) =>
      isPlain(value) ? String(value) : formatNumber(value, tag(), digits ? { maximumFractionDigits: digits } : whole),
    percent: (value: Amount, digits = 0) =>
      formatNumber(value, tag(), { style: 'percent', maximumFractionDigits: digits }),
    money: (value: Amount, currency = 'RUB') =>
      formatNumber(value, tag(), {
        style: 'currency',
        currency,
        currencyDisplay: 'narrowSymbol',
        trailingZeroDisplay: 'stripIfInteger',
      }),
    date: day,
    time: (value: When) => formatDate(value, tag(), audience().zone, clock),
    datetime: (value: When) => formatDate(value, tag(), audience().zone, tag() === tags.en ? momentInEnglish : moment),
    ago: (value: When) => formatAgo(value, audience(), tag()),
    /** How long it has lasted, in one unit: 2 ч. */
    since: (value: When) => formatSince(value, audience(), tag()),
    bytes: (value: Amount) => formatBytes(value, tag()),
    phone: formatPhone,
    duration: (seconds: Amount) => formatDuration(seconds, tag()),
    total: ({ count, more }: Total) => {
      const text = formatNumber(count, tag(), whole);
      return more ? audience().t('common:pages.more', { number: text }) : text;
    },
    plural: (count: number, key: string, params: Record<string, unknown> = {}) =>
      audience().t(key, { ...params, count }),
    initials: (name: unknown) => initials(String(name ?? '')),
  };
}

const whole = Object.freeze<Intl.NumberFormatOptions>({ maximumFractionDigits: 0 });

// Most numbers of a table are written alike in every language.
const isPlain = (value: Amount): boolean => Number.isInteger(value) && Number(value) >= 0 && Number(value) < 1000;

function formatNumber(value: Amount, tag: string, options: Intl.NumberFormatOptions): string {
  if (value === null || value === undefined || Number.isNaN(Number(value))) return '—';
  const text = numberFormat(tag, options).format(value);
  // A number and its unit stay on one line; thousands stand closer together than words.
  return text.replaceAll(' ', '\u00a0').replaceAll(/(?<=\d)\u00a0(?=\d)/g, '\u202f');
}

type DateParts = Intl.DateTimeFormatOptions;
const clock: DateParts = { hour: '2-digit', minute: '2-digit' };
// 05.03.2026 is how Russians write a date; in English the month needs a word, or 05/03 is anyone's guess.
const shortDate: DateParts = { day: '2-digit', month: '2-digit', year: 'numeric' };
const shortDateInEnglish: DateParts = { day: 'numeric', month: 'short', year: 'numeric' };
const longDate: DateParts = { day: 'numeric', month: 'long', year: 'numeric' };
const moment: DateParts = { ...shortDate, ...clock };
const momentInEnglish: DateParts = { ...shortDateInEnglish, ...clock };
const swedishDay: DateParts = { dateStyle: 'short' };
const exactMoment: DateParts = { dateStyle: 'long', timeStyle: 'short' };

function dateParts(tag: string, style: 'long' | 'short' = 'short'): DateParts {
  if (style === 'long') return longDate;
  return tag === tags.en ? shortDateInEnglish : shortDate;
}

function formatDate(value: When, tag: string, timeZone: string, parts: DateParts): string {
  const date = toDate(value);
  return date ? dateText(tag, partsIn(timeZone, parts), date).replace(' г.', '') : '—';
}

const zoned = new Map<string, Map<DateParts, DateParts>>();

// The same object every time: the formatter that belongs to it is found without spelling it out.
function partsIn(timeZone: string, parts: DateParts): DateParts {
  const ofZone = zoned.get(timeZone) ?? new Map<DateParts, DateParts>();
  zoned.set(timeZone, ofZone);
  const known = ofZone.get(parts) ?? Object.freeze<DateParts>({ ...parts, timeZone, hourCycle: 'h23' });
  ofZone.set(parts, known);
  return known;
}

function formatAgo(value: When, audience: Audience, tag: string): SafeHtml | string {
  const date = toDate(value);
  if (!date) return '—';
  const { opening } = shownMoment(date, tag, audience.zone);
  return safeHtml(`${opening}${escapeHtml(relativeText(date, audience, tag))}</time>`);
}

type ShownMoment = { opening: string; day: number };
const MOST_MOMENTS = 4_000;
const shownMoments = new Map<string, Map<number, ShownMoment>>();

/**
 * What the clock does not change of a moment as a person sees it: the opening tag, and the day of the calendar as a number. A list's moments come
 * again with every visit, so some thousands are kept.
 */
function shownMoment(date: Date, tag: string, zone: string): ShownMoment {
  const place = `${tag} ${zone}`;
  const kept = shownMoments.get(place) ?? new Map<number, ShownMoment>();
  shownMoments.set(place, kept);
  const known = kept.get(date.getTime());
  if (known) return known;
  const exact = escapeHtml(formatDate(date, tag, zone, exactMoment));
  const opening = `<time datetime="${date.toISOString()}" title="${exact}">`;
  if (kept.size >= MOST_MOMENTS) kept.clear();
  const shown = { opening, day: dayNumber(date, zone) };
  kept.set(date.getTime(), shown);
  return shown;
}

function relativeText(date: Date, { now, t, zone }: Audience, tag: string): string {
  const seconds = (date.getTime() - now.getTime()) / 1000;
  const distance = Math.abs(seconds);
  if (distance < 45) return t('common:time.justNow');
  if (distance > 30 * DAY) return formatDate(date, tag, zone, dateParts(tag));
  // Yesterday is a day of the calendar, not the last twenty-four hours.
  const days = distance < DAY ? 0 : shownMoment(date, tag, zone).day - dayNumber(now, zone);
  if (days !== 0) return inRelation(days, tag, 'day');
  const [unit, size] = unitOf(Math.min(distance, DAY - 1));
  return inRelation(Math.round(seconds / size), tag, unit);
}

/** In so many units, or so many ago: the same few hundred phrases again and again. */
const inRelation = phrase((count, tag, unit) => relativeTimeFormat(tag, { numeric: 'auto' }).format(count, unit));

// Swedes write a day as Date.parse reads it. The texts of moments are kept, so all requests of a minute ask for the same now.
function dayNumber(date: Date, timeZone: string): number {
  const minute = new Date(date);
  minute.setUTCSeconds(0, 0);
  return Date.parse(dateText('sv-SE', partsIn(timeZone, swedishDay), minute)) / (DAY * 1000);
}

function formatSince(value: When, { now }: Audience, tag: string): string {
  const date = toDate(value);
  if (!date) return '—';
  const seconds = Math.max((now.getTime() - date.getTime()) / 1000, 60);
  const [unit, size] = unitOf(seconds);
  return shortAmount(Math.round(seconds / size), tag, unit);
}

/** 2 ч, 15 мин. */
const shortAmount = phrase((count, tag, unit) => formatNumber(count, tag, shortUnits[unit]));

/** Says an amount of a unit, and remembers what it said of small ones. */
function phrase(say: (count: number, tag: string, unit: ShortUnit) => string) {
  const said = new Map<string, string>();
  return (count: number, tag: string, unit: ShortUnit): string => {
    const key = `${tag}${unit}${count}`;
    const text = said.get(key) ?? say(count, tag, unit);
    if (Math.abs(count) < 100) said.set(key, text);
    return text;
  };
}

const shortUnit = (unit: string) =>
  Object.freeze<Intl.NumberFormatOptions>({ style: 'unit', unit, unitDisplay: 'short' });
const shortUnits = { day: shortUnit('day'), hour: shortUnit('hour'), minute: shortUnit('minute') };
type ShortUnit = keyof typeof shortUnits;

const unitOf = (seconds: number): [ShortUnit, number] =>
  relativeUnits.find(([, size]) => seconds >= size) ?? ['minute', 60];

function formatBytes(value: Amount, tag: string): string {
  if (value === null || value === undefined) return '—';
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  const bytes = Number(value);
  const step = Math.min(bytes < 1 ? 0 : Math.floor(Math.log(bytes) / Math.log(1024)), units.length - 1);
  const options = { style: 'unit', unit: units[step], unitDisplay: 'short', maximumFractionDigits: 1 } as const;
  return formatNumber(bytes / 1024 ** step, tag, options);
}

function formatPhone(value: unknown): string {
  const text = String(value ?? '');
  const [, code, first, second, third] = /^\+7(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(text) ?? [];
  if (code) return `+7 ${code} ${first}-${second}-${third}`;
  // Anything else than a number in full costs the library an exception.
  return text.startsWith('+') ? (parsePhoneNumberFromString(text)?.formatInternational() ?? text) : text;
}

function formatDuration(value: Amount, tag: string): string {
  if (value === null || value === undefined) return '—';
  const total = Math.round(Number(value));
  const parts: [Intl.NumberFormatOptions['unit'], number][] = [
    ['day', Math.floor(total / 86_400)],
    ['hour', Math.floor(total / 3_600) % 24],
    ['minute', Math.floor(total / 60) % 60],
    ['second', total % 60],
  ];
  const first = Math.max(
    parts.findIndex(([, amount]) => amount > 0),
    0,
  );
  const shown = (total === 0 ? parts.slice(-1) : parts.slice(first, first + 2)).filter(([, n]) => n > 0 || total === 0);
  return shown.map(([unit, n]) => formatNumber(n, tag, { style: 'unit', unit, unitDisplay: 'short' })).join(' ');
}

function initials(name: string): string {
  const words = name.split(/[\s._-]+/).filter(Boolean);
  const letters = words.length > 1 ? words.slice(0, 2).map((word) => [...word][0]) : [...(words[0] ?? '?')].slice(0, 2);
  return letters.join('').toUpperCase();
}

function toDate(value: When): Date | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  const date = value instanceof Date ? value : new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
