import { clean, hasContent, plainText, withoutPrefix } from './clean.ts';
import { normaliseEmail } from './email.ts';
import { isHeaderWord } from './header.ts';
import { normaliseInstagram } from './instagram.ts';
import { normaliseOk } from './ok.ts';
import { normalisePhone } from './phone.ts';
import { normaliseTelegram } from './telegram.ts';
import { normaliseText } from './text.ts';
import { type ContactKind, fault, type KeyVerdict } from './types.ts';
import { normaliseUrl } from './url.ts';
import { normaliseVk } from './vk.ts';

export { isHeaderWord } from './header.ts';
export {
  CONTACT_KINDS,
  type ContactKind,
  KEY_FAULTS,
  KEY_KINDS,
  type Key,
  type KeyFault,
  type KeyFound,
  type KeyKind,
  type KeyVerdict,
} from './types.ts';

const LONGEST_RAW = 2_000;
// A key may spell a header word (`telegram:value` is t.me/value) and is no header.
const WHOLE_KEY = /^(?:telegram|vk|ok|instagram|email|url|avito|yula|kwork):\S/;

const NORMALISERS: Record<Exclude<ContactKind, 'phone'>, (text: string) => KeyVerdict> = {
  telegram: normaliseTelegram,
  vk: normaliseVk,
  ok: normaliseOk,
  instagram: normaliseInstagram,
  email: normaliseEmail,
  url: normaliseUrl,
  text: normaliseText,
};

/**
 * The key of a contact as uploaded or typed: two spellings of one contact give one key, a key carries its kind (a bare
 * E.164 number is a phone). `shown` is the tidy spelling for people. Normalising `shown` or the key itself gives the
 * same key again. Never throws: what has no key comes back with the reason. Rules: "Keys" in the product description.
 */
export function normaliseKey(raw: string, kind: ContactKind): KeyVerdict {
  if (raw.length > LONGEST_RAW) return fault('too-long');
  if (kind === 'phone') return explain(normalisePhone(raw), raw);
  const text = withoutPrefix(kind === 'text' ? withoutExcelMarks(raw) : clean(raw), kind);
  const isHeader = kind === 'text' ? isHeaderWord(text) : isHeaderWord(raw) && !WHOLE_KEY.test(raw);
  if (isHeader) return fault('header');
  return hasContent(text) ? NORMALISERS[kind](text) : fault('empty');
}

function explain(verdict: KeyVerdict, raw: string): KeyVerdict {
  if (verdict.ok) return verdict;
  if (!hasContent(raw)) return fault('empty');
  return isHeaderWord(raw) ? fault('header') : verdict;
}

// Quotes inside a free text belong to it; only the marks of Excel go.
function withoutExcelMarks(raw: string): string {
  const text = plainText(raw);
  return (/^="(.*)"$/.exec(text)?.[1] ?? text).replace(/^[='\s]+/, '');
}
