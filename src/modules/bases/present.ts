import { type ContactKind, normaliseKey } from '../../lib/keys/index.ts';

/** A contact's tidy spelling for people and files; what does not normalise any more stays as it was uploaded. */
export function shownValue({ key, value, kind }: { key: string; value: string; kind: ContactKind }): string {
  if (key.startsWith('+')) return key;
  const verdict = normaliseKey(value, kind);
  return verdict.ok ? verdict.shown : value;
}

/** The same out of one text: a phone's key, or the kind and the value as uploaded. */
export function shownSpelling(text: string): string {
  if (text.startsWith('+')) return text;
  const space = text.indexOf(' ');
  const [kind, value] = [text.slice(0, space) as ContactKind, text.slice(space + 1)];
  return shownValue({ key: '', value, kind });
}
