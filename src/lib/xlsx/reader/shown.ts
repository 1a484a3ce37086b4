import type { NumberKind } from './styles.ts';

const DAY_SECONDS = 86_400;
const DAY_MS = 86_400_000;
/** The day after 31.12.9999, the last one that Excel shows; later or negative dates are shown there as #####, here as the number. */
const LAST_SERIAL = 2_958_466;
const BASE_1900 = Date.UTC(1899, 11, 30);
const BASE_1904 = Date.UTC(1904, 0, 1);
/** Excel believes in 29.02.1900 and gives it this serial; the days before it are off by one. */
const PHANTOM_LEAP_DAY = 60;

/** A number without exponent and without `.0`, to Excel's 15 digits: 7.9001234567E+10 is 79001234567. Digits that a double cannot hold stay as written. */
export function shownNumber(text: string): string {
  if (/^-?(?:0|[1-9]\d*)$/.test(text)) return text;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) return text;
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(15)));
}

/** A number through its format: `dd.mm.yyyy`, with ` HH:MM` when it has a time part, or `HH:MM` alone. */
export function shownBySerial(text: string, kind: NumberKind, date1904: boolean): string {
  if (kind === 'number') return shownNumber(text);
  const serial = Number(text);
  const seconds = Math.round(serial * DAY_SECONDS);
  if (text.trim() === '' || !(serial >= 0 && seconds < LAST_SERIAL * DAY_SECONDS)) return shownNumber(text);
  if (kind === 'elapsed') return clock(seconds);
  const time = seconds % DAY_SECONDS;
  if (kind === 'time') return clock(time);
  const date = dayOf((seconds - time) / DAY_SECONDS, date1904);
  return time === 0 ? date : `${date} ${clock(time)}`;
}

/** A cell of type `d` holds an ISO date or date and time; anything else stays as it is. */
export function shownIsoDate(text: string): string {
  const [, year, month, day, hours, minutes] = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d))?/.exec(text) ?? [];
  if (day === undefined) return text;
  const date = `${day}.${month}.${year}`;
  return hours === undefined || `${hours}${minutes}` === '0000' ? date : `${date} ${hours}:${minutes}`;
}

function dayOf(days: number, date1904: boolean): string {
  if (!date1904 && days === PHANTOM_LEAP_DAY) return '29.02.1900';
  const early = !date1904 && days < PHANTOM_LEAP_DAY ? 1 : 0;
  const date = new Date((date1904 ? BASE_1904 : BASE_1900) + (days + early) * DAY_MS);
  return `${pad(date.getUTCDate())}.${pad(date.getUTCMonth() + 1)}.${date.getUTCFullYear()}`;
}

function clock(seconds: number): string {
  return `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}`;
}

function pad(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
