import { CONTACT_KINDS, normaliseKey } from '../../lib/keys/index.ts';

/** The keys that a typed text may be a spelling of, and whether it can only be a whole contact (a number, a link, an address). */
export function spellingsOf(text: string): { keys: string[]; whole: boolean } {
  const verdicts = CONTACT_KINDS.map((kind) => ({ kind, verdict: normaliseKey(text, kind) }));
  const found = verdicts.flatMap(({ kind, verdict }) => (verdict.ok ? [{ kind, key: verdict.key as string }] : []));
  const unmistakable = found.some(({ kind }) => kind === 'phone' || kind === 'email' || kind === 'url');
  return {
    keys: [...new Set([...found.map(({ key }) => key), text])],
    whole: unmistakable || /^@|^(?:telegram|vk|ok|instagram|email|url|text|avito|yula|kwork):/.test(text),
  };
}
