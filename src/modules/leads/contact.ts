import { type ContactKind, type Key, normaliseKey } from '../../lib/keys/index.ts';
import { guessLeadType, type Recognised, recogniseContacts } from '../../lib/recognise.ts';

/** A typed contact as the house knows it: its key, the tidy spelling, and the code of its lead type. */
export type Contact = { key: Key; shown: string; type: string };

const kindOfType: Record<string, ContactKind[]> = {
  telegram: ['telegram', 'phone'],
  whatsapp: ['phone'],
  max: ['phone', 'url'],
  viber: ['phone'],
  instagram: ['instagram'],
  vk: ['vk'],
  ok: ['ok'],
  email: ['email'],
};
const anything: ContactKind[] = ['phone', 'url', 'email', 'text'];

/**
 * Reads one typed contact. A link, a phone or an address says itself what it is; a bare nick is what the lead type says
 * (`ivan` in ВКонтакте is `vk:ivan`); in a type of no network what has no other key is a `text:` key. Null when it is
 * no contact of that type, or, without a type, when nobody can tell.
 */
export function readContact(value: string, type?: string): Contact | null {
  const known = type && isBareNick(value) ? null : recognised(value);
  if (known) return { key: known.key, shown: known.shown, type: type ?? known.leadType };
  if (!type) return null;
  for (const kind of kindOfType[type] ?? anything) {
    const found = normaliseKey(value, kind);
    if (found.ok) return { key: found.key, shown: found.shown, type };
  }
  return null;
}

const isBareNick = (value: string): boolean => /^@?[a-z][\w.-]*$/i.test(value.trim()) && !isAddress(value);

/** `site.ru` is an address, `ivan.petrov` a nick. */
const isAddress = (value: string): boolean => {
  const found = recognised(value);
  return found !== null && found.kind === 'url' && guessLeadType(value) !== 'telegram';
};

function recognised(value: string): Extract<Recognised, { kind: string }> | null {
  const found = recogniseContacts(value);
  const [only] = found;
  return found.length === 1 && only && only.key !== null ? only : null;
}
