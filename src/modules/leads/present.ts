/** The tidy spelling of a lead's contact: the phone or nick of its key, or else what the agent typed. */
export function shownContact({ key, value }: { key: string; value: string }): string {
  if (key.startsWith('+')) return key;
  const [, kind = '', rest = ''] = /^(telegram|instagram|email):(.+)$/.exec(key) ?? [];
  if (!kind) return value.trim();
  return kind === 'email' ? rest : `@${rest}`;
}

const pages: Record<string, string> = {
  telegram: 'https://t.me/',
  instagram: 'https://www.instagram.com/',
  vk: 'https://vk.com/',
};

/** Where a moderator may look the contact up; null when that is nowhere. */
export function contactHref({ key, value }: { key: string; value: string }): string | null {
  if (/^https?:\/\//i.test(value.trim())) return value.trim();
  const [, kind = '', rest = ''] = /^(\w+):(.+)$/.exec(key) ?? [];
  const page = pages[kind];
  if (page) return page + encodeURIComponent(rest);
  return kind === 'url' || kind === 'ok' ? null : key.startsWith('+') ? `tel:${key}` : null;
}
