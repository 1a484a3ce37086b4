import { type ContactKind, normaliseKey } from '../../lib/keys/index.ts';

/** A contact's tidy spelling for people and files; what does not normalise any more stays as it was uploaded. */
export function shownValue({ key, value, kind }: { key: string; value: string; kind: ContactKind }): string {
  if (key.startsWith('+')) return key;
  const verdict = normaliseKey(value, kind);
  return verdict.ok ? verdict.shown : value;
}
