const PLAIN = /^[!#-&(-<>-_a-z{|}~]+$/;

/**
 * The value as its author meant it: one Unicode form, no invisible characters, single spaces, without the marks that
 * Excel leaves (`=`, `'`, `="…"`) and without quotes around. Never throws, and cleaning twice changes nothing.
 */
export function clean(raw: string): string {
  if (PLAIN.test(raw)) return raw;
  return plainText(raw)
    .replace(/^[='"`«“„‘’\s]+/, '')
    .replace(/['"`»”“’]+$/, '')
    .trim();
}

/** One Unicode form (NFKC), well-formed, without control and invisible characters, single spaces. */
export function plainText(raw: string): string {
  const text = settle(raw.toWellFormed(), (s) => s.normalize('NFKC').replace(/\p{Cf}+/gu, ''));
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** Applies `step` until nothing changes: removing a character may let its neighbours combine. */
export function settle(text: string, step: (s: string) => string): string {
  let before = text;
  for (let round = 0; round < 8; round++) {
    const after = step(before);
    if (after === before) break;
    before = after;
  }
  return before;
}

/** Drops the key's own prefix (`telegram:`), so that a whole key is also a spelling of itself. */
export function withoutPrefix(text: string, prefix: string): string {
  let rest = text;
  while (rest.slice(0, prefix.length + 1).toLowerCase() === `${prefix}:`) rest = rest.slice(prefix.length + 1).trim();
  return rest;
}

export function hasContent(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}
