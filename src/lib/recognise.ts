import { type ContactKind, type Key, type KeyFound, type KeyKind, normaliseKey } from './keys/index.ts';
import { guessLeadType, type LeadTypeCode } from './lead-types.ts';
import { findPhones } from './recognise-phones.ts';
import { SERVICE_NAMES, serviceNamed } from './service-names.ts';

export { guessLeadType, LEAD_TYPES, type LeadTypeCode } from './lead-types.ts';

/** A contact found in a text, or (with no key) a line in which there is none, so that a person sees it. */
export type Recognised =
  | { raw: string; key: Key; kind: KeyKind; shown: string; leadType: LeadTypeCode }
  | { raw: string; key: null };

type Hit = { at: number; raw: string; found: KeyFound; leadType: LeadTypeCode };
type Token = { at: number; text: string };

const LONGEST_TEXT = 20_000;
const LONGEST_TOKEN = 2_000;
const TOKEN = /[^\s,;|<>«»"“”„]+/gu;
const DOMAINS =
  /\.(?:ru|com|рф|su|net|org|io|me|app|info|biz|pro|online|site|store|shop|club|dev|tv|by|kz|ua|uz|de|uk|eu|cc|co|ai|gg|link|page|москва)$/iu;

/**
 * The contacts in a free text, one per line or inside sentences, in any spelling: in their order, each key once. A
 * service named beside a contact («вайбер 8900…», «инста: nick») decides its lead type. A line with nothing
 * recognisable comes back whole with no key; words around a contact do not. Reads the first 20,000 characters.
 */
export function recogniseContacts(text: string): Recognised[] {
  const lines = text.slice(0, LONGEST_TEXT).split(/[\n\r\u2028\u2029]+/);
  const seen = new Set<string>();
  return lines.flatMap(recogniseLine).filter(({ raw, key }) => {
    const name = key ?? `line ${raw}`;
    return !seen.has(name) && seen.add(name);
  });
}

function recogniseLine(line: string): Recognised[] {
  const hits: Hit[] = [];
  const rest = line.replace(TOKEN, (token, at: number) => {
    const hit = recogniseToken(line, trimToken({ at, text: token }));
    if (hit) hits.push(hit);
    return hit ? '\n'.repeat(token.length) : token;
  });
  for (const phone of findPhones(rest)) hits.push({ ...phone, leadType: phoneType(rest, phone.at) });
  if (hits.length) return hits.sort((a, b) => a.at - b.at).map(asRecognised);
  return /[\p{L}\p{N}]/u.test(line) ? [{ raw: line.trim(), key: null }] : [];
}

function asRecognised({ raw, found, leadType }: Hit): Recognised {
  return { raw, key: found.key, kind: found.kind, shown: found.shown, leadType };
}

function trimToken({ at, text }: Token): Token {
  const lead = /^[([{'`*_]*(?=[^_])/.exec(text)?.[0].length ?? 0;
  let end = text.length;
  while (end > lead && `.!?:)]}'\`*…`.includes(text[end - 1] ?? '')) end--;
  return { at: at + lead, text: text.slice(lead, end) };
}

function recogniseToken(line: string, token: Token): Hit | null {
  if (token.text.length < 2 || token.text.length > LONGEST_TOKEN) return null;
  const { at, text } = afterLabel(token);
  const kind = kindOf(text) ?? labelledNick(line, at, text);
  if (!kind) return null;
  const found = kind === 'nick' ? nickOf(text, serviceBefore(line, at)) : normaliseKey(text, kind);
  if (!found.ok || (kind === 'nick' && found.kind === 'phone')) return null;
  return { at, raw: text, found, leadType: found.kind === 'email' ? 'email' : guessLeadType(linkOrKey(text, found)) };
}

/** Drops «тг:» and the like when it is glued to the contact; a scheme and a port stay. */
function afterLabel({ at, text }: Token): Token {
  const scheme = text.indexOf('://');
  const label = /^(?!(?:tg|viber|whatsapp):(?:\/|\w+\?))[\p{L}-]{1,20}[:=]+(?!\/\/)/iu.exec(text)?.[0].length ?? 0;
  return scheme >= 0 && label > scheme ? { at, text } : { at: at + label, text: text.slice(label) };
}

function kindOf(text: string): ContactKind | 'nick' | null {
  if (text.startsWith('@')) return 'nick';
  if (/^tg:\/{0,2}\w+\?/i.test(text)) return 'telegram';
  if (/^(?:viber|whatsapp):\/\//i.test(text)) return 'url';
  if (text.includes('@') && !text.includes('://') && !text.includes('/')) return 'email';
  if (/^https?:\/\//i.test(text)) return 'url';
  const host = /^[^/?#:]*/.exec(text)?.[0] ?? '';
  return DOMAINS.test(host) && /^[\p{L}\p{N}_-]/u.test(host) ? 'url' : null;
}

/** A bare word is a nick only when its service is named right before it: «тг: ivan», or alone on a line, «тг ivan». */
function labelledNick(line: string, at: number, text: string): 'nick' | null {
  if (!/^[a-z\d][\w.]*$/i.test(text) || SERVICE_NAMES.has(text.toLowerCase())) return null;
  if (normaliseKey(text, 'phone').ok) return null;
  const before = line.slice(Math.max(0, at - 40), at).trimEnd();
  const isAlone = line.trim().length === line.slice(0, at).trim().length + text.length + 1;
  const named = /[:=–—-]$/.test(before) || (isAlone && SERVICE_NAMES.has(before.trim().toLowerCase()));
  const service = named ? serviceBefore(line, at) : null;
  return service && ['telegram', 'vk', 'ok', 'instagram'].includes(service) ? 'nick' : null;
}

function nickOf(text: string, service: LeadTypeCode | null) {
  const nick = text.replace(/^@+/, '@');
  if (service === 'vk' || service === 'ok' || service === 'instagram') return normaliseKey(nick, service);
  const telegram = normaliseKey(nick, 'telegram');
  return telegram.ok || telegram.reason === 'service-link' ? telegram : normaliseKey(nick, 'instagram');
}

function serviceBefore(line: string, at: number): LeadTypeCode | null {
  return serviceNamed(line.slice(Math.max(0, at - 30), at), 'right before');
}

function phoneType(line: string, at: number): LeadTypeCode {
  const service = serviceNamed(line.slice(Math.max(0, at - 30), at), 'near');
  return service && ['whatsapp', 'viber', 'max', 'telegram'].includes(service) ? service : 'whatsapp';
}

function linkOrKey(text: string, found: KeyFound): string {
  return found.kind === 'phone' || found.kind === 'url' ? text : found.key;
}
