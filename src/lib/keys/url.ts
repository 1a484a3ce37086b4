import { domainToUnicode } from 'node:url';
import { instagramFromLink, isInstagram } from './instagram.ts';
import { type Link, parseLink } from './link.ts';
import { marketplaceFromLink, marketplaceKeyToLink } from './marketplaces.ts';
import { isOk, okFromLink } from './ok.ts';
import { normalisePhone } from './phone.ts';
import { phoneInLink } from './phone-link.ts';
import { isTelegram, normaliseTelegram, telegramFromLink } from './telegram.ts';
import { fault, found, type KeyFound, type KeyVerdict } from './types.ts';
import { isVk, vkFromLink } from './vk.ts';

const TRACKING = /^(?:utm_\w*|\w*clid|igshid?|_openstat|_ga|_gl|mc_[ce]id|spm|si|from_source|share_id)$/i;

/**
 * A link. One that leads to a person on a service we know gets that service's key, so that the person is the same in
 * every base; any other is `url:host/path` without scheme, `www.`, fragment, tracking parameters and trailing slash.
 */
export function normaliseUrl(text: string): KeyVerdict {
  const number = phoneInLink(text) ?? (/^[+(]?\d[^a-z]*$/i.test(text) ? text : null);
  const phone = number ? normalisePhone(number) : null;
  if (phone?.ok) return phone;
  const person = /^tg:/i.test(text) ? normaliseTelegram(text) : null;
  const link = marketplaceKeyToLink(text) ?? parseLink(text);
  const verdict = person ?? (link && personBehind(link));
  if (verdict?.ok) return { ...verdict, shown: asLink(verdict) };
  return link ? plainUrl(link) : fault('not-a-url');
}

// Outside its own base a bare nick would not say whose it is.
function asLink({ key, kind, shown }: KeyFound): string {
  if (kind === 'telegram') return shown.startsWith('#') ? `tg://user?id=${shown.slice(1)}` : `t.me/${shown.slice(1)}`;
  return kind === 'instagram' ? `instagram.com/${key.slice('instagram:'.length)}` : shown;
}

function personBehind(link: Link): KeyVerdict | null {
  if (isTelegram(link)) return telegramFromLink(link);
  if (isVk(link)) return vkFromLink(link);
  if (isOk(link)) return okFromLink(link);
  if (isInstagram(link)) return instagramFromLink(link);
  return marketplaceFromLink(link);
}

function plainUrl(link: Link): KeyVerdict {
  const host = link.host.replace(/^(?:www\.)+(?=[^.]+\.)/, '');
  const port = link.url.port ? `:${link.url.port}` : '';
  const path = link.url.pathname
    .replace(/\/{2,}/g, '/')
    .replace(/\/$/, '')
    .replaceAll("'", '%27');
  const rest = port + path + queryOf(link.url.searchParams);
  return found('url', host + rest, `${domainToUnicode(host) || host}${rest}`);
}

function queryOf(params: URLSearchParams): string {
  const kept = [...params].filter(([name]) => !TRACKING.test(name)).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return kept.length ? `?${new URLSearchParams(kept)}` : '';
}
