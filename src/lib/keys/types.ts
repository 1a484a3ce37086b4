/** The kinds of contact that a base type can hold. */
export const CONTACT_KINDS = ['phone', 'telegram', 'vk', 'ok', 'instagram', 'email', 'url', 'text'] as const;
/** The kinds that a key can have: a link in a `url` base may turn out to be a profile on a marketplace. */
export const KEY_KINDS = [...CONTACT_KINDS, 'avito', 'yula', 'kwork'] as const;

export type ContactKind = (typeof CONTACT_KINDS)[number];
export type KeyKind = (typeof KEY_KINDS)[number];

/** One contact, however it was spelled: bare E.164 for a phone, `kind:value` for everything else. */
export type Key = string & { readonly __brand: 'Key' };

/** Why a value has no key. `service-link` is a page of the service that is nobody's profile (an invite, a post, a feed). */
export const KEY_FAULTS = [
  'empty',
  'header',
  'not-a-phone',
  'rounded-number',
  'several-phones',
  'not-a-nick',
  'not-an-email',
  'not-a-url',
  'service-link',
  'too-long',
] as const;
export type KeyFault = (typeof KEY_FAULTS)[number];

export type KeyFound = { ok: true; key: Key; kind: KeyKind; shown: string };
export type KeyVerdict = KeyFound | { ok: false; reason: KeyFault };

/** Longer values are refused: a key sits in a unique index, where PostgreSQL takes at most 2,704 bytes. */
export const LONGEST_VALUE = 512;

export function found(kind: Exclude<KeyKind, 'phone'>, value: string, shown: string): KeyVerdict {
  if (value.length > LONGEST_VALUE) return fault('too-long');
  return { ok: true, key: `${kind}:${value}` as Key, kind, shown };
}

export function foundPhone(e164: string, shown: string): KeyFound {
  return { ok: true, key: e164 as Key, kind: 'phone', shown };
}

export function fault(reason: KeyFault): KeyVerdict {
  return { ok: false, reason };
}
