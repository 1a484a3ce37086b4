import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { clean } from './clean.ts';
import { phoneInLink } from './phone-link.ts';
import { fault, foundPhone, type KeyFault, type KeyVerdict } from './types.ts';

const LABELS =
  /^(?:(?:моб|раб|дом|сот|мой|контактный|номер|phone|tel|mob|mobile|cell|тел|телефон|мобильный|вотсап|ватсап|whatsapp|wa|вайбер|viber|макс|max|тг|telegram|tg|телеграм)(?![\p{L}\d])[\s.:№#=-]*)+/iu;
const EXTENSION = /[\s,;]*(?:доб(?:авочный)?|вн(?:утр)?|ext(?:ension)?|x|#)[\s.:]*\d{1,6}\)?$/iu;
const SPELLING = /^\+?[\p{Nd}\s().+\-/~_‐-―−·•]*$/u;
const FLOAT = /^(\+?\d{10,15})[.,]0+$/;
const EXPONENT = /^\+?(\d)(?:[.,](\d+))?e\+?(\d{1,2})$/i;

/**
 * A phone in any spelling → E.164. Numbers without `+` are Russian; others need theirs. An extension is dropped: the
 * phone is the same. The quick path takes Russian mobiles, which are nearly all of a base; everything else asks the
 * library with its strict metadata, because the lenient one takes `7900123456` (a digit lost) for a good number.
 */
export function normalisePhone(raw: string): KeyVerdict {
  const mobile = quickMobile(raw);
  if (mobile) return foundPhone(`+7${mobile}`, shownMobile(mobile));
  return normaliseAnyPhone(raw);
}

/** The same without the quick path: slower, and what the quick path must agree with. */
export function normaliseAnyPhone(raw: string): KeyVerdict {
  const text = clean(raw);
  const number = phoneInLink(text) ?? text.replace(/^(?:tel|phone|callto):\/*/i, '').replace(LABELS, '');
  const spelled = unfloat(number.replace(EXTENSION, ''));
  if (typeof spelled !== 'string') return fault(spelled.reason);
  return ask(spelled) ?? fault(isSeveral(number) ? 'several-phones' : 'not-a-phone');
}

/** Ten digits of a Russian mobile when the text is plainly one, otherwise an empty string. */
export function quickMobile(raw: string): string {
  if (raw.length < 10 || raw.length > 40) return '';
  let digits = '';
  let plus = false;
  for (let i = 0; i < raw.length; i++) {
    const code = raw.charCodeAt(i);
    if (code >= 48 && code <= 57) digits += raw[i];
    else if (code === 43 && digits === '' && !plus) plus = true;
    else if (code === 46 && digits.length >= 10 && i === digits.length + (plus ? 1 : 0) && /^\.0+$/.test(raw.slice(i)))
      break;
    else if (!isSeparator(code)) return '';
  }
  return mobileOf(digits, plus);
}

// Inside 930 only some numbers are given out: the library knows which.
function mobileOf(digits: string, plus: boolean): string {
  const prefixed = digits.length === 11 && (digits[0] === '7' || (digits[0] === '8' && !plus));
  if (!prefixed && (digits.length !== 10 || plus)) return '';
  const national = prefixed ? digits.slice(1) : digits;
  return national[0] === '9' && !national.startsWith('930') ? national : '';
}

function isSeparator(code: number): boolean {
  if (code < 128) return code === 32 || code === 40 || code === 41 || code === 45 || code === 46 || code === 9;
  return code === 0xa0 || (code >= 0x2000 && code <= 0x2015) || code === 0x202f || code === 0x2212 || code === 0xfeff;
}

// Excel shows 79001234567 in a narrow column as 7.9E+10: the digits are gone, and a guess would be somebody else's phone.
function unfloat(text: string): string | { reason: KeyFault } {
  const float = FLOAT.exec(text);
  if (float) return float[1] ?? '';
  const exponent = EXPONENT.exec(text);
  if (!exponent) return text;
  const [, whole = '', fraction = '', power = ''] = exponent;
  const length = Number(power);
  if (fraction.length > length || length > 15) return { reason: 'not-a-phone' };
  return fraction.length < 6 ? { reason: 'rounded-number' } : whole + fraction.padEnd(length, '0');
}

function ask(text: string): KeyVerdict | null {
  if (!SPELLING.test(text) || text.length > 60) return null;
  const number = text.replace(/[^\p{Nd}+]/gu, '').replace(/^\+(?=89\d{9}$)/, '');
  const phone = parsePhoneNumberFromString(number, 'RU');
  if (!phone?.isValid()) return null;
  const mobile = /^\+7(9\d{9})$/.exec(phone.number)?.[1];
  return foundPhone(phone.number, mobile ? shownMobile(mobile) : phone.formatInternational());
}

function shownMobile(ten: string): string {
  return `+7 ${ten.slice(0, 3)} ${ten.slice(3, 6)}-${ten.slice(6, 8)}-${ten.slice(8)}`;
}

function isSeveral(text: string): boolean {
  const parts = text.slice(0, 200).split(/[,;|/\n]|\s+и\s+|\s+(?=\+)|(?<=\d{7})\s+/u);
  return parts.filter((part) => quickMobile(part.trim()) !== '' || ask(part.trim()) !== null).length > 1;
}
