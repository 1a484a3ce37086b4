import { addDays, type BusinessDay } from '../../lib/business-day.ts';

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

/** `2026-03-05` as Russians write it. */
export const dayText = (day: string): string => day.split('-').reverse().join('.');

/** The last `length` business days, oldest first. */
export const lastDays = (today: BusinessDay, length: number): BusinessDay[] =>
  Array.from({ length }, (_, i) => addDays(today, i - length + 1));

/** An instant as exports write it: `05.03.2026 14:07`, in the business's zone. */
export function stampIn(zone: string): (at: Date) => string {
  const format = new Intl.DateTimeFormat('ru-RU', {
    timeZone: zone,
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
  return (at) => format.format(at).replace(',', '');
}
