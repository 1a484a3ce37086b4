import { type Link, parseLink } from './link.ts';
import { fault, found, type KeyVerdict } from './types.ts';

type Marketplace = { kind: 'avito' | 'yula' | 'kwork'; sites: readonly string[]; valueOf(link: Link): string };

const MARKETPLACES: readonly Marketplace[] = [
  { kind: 'avito', sites: ['avito.ru'], valueOf: avitoValue },
  { kind: 'yula', sites: ['youla.ru', 'youla.io', 'youla.com'], valueOf: yulaValue },
  { kind: 'kwork', sites: ['kwork.ru', 'kwork.com'], valueOf: kworkValue },
];

/** A seller or an advertisement on Avito, Yula or Kwork; null when the link leads elsewhere. */
export function marketplaceFromLink(link: Link): KeyVerdict | null {
  const market = MARKETPLACES.find(({ sites }) => sites.includes(link.site));
  if (!market) return null;
  const value = market.valueOf(link);
  return /^[\w.~%/-]*[a-z\d][\w.~%/-]*$/i.test(value)
    ? found(market.kind, value, `${market.sites[0]}/${value}`)
    : fault('service-link');
}

/** Reads a key of a marketplace (`avito:user/…`) back into its link. */
export function marketplaceKeyToLink(text: string): Link | null {
  const [, kind = '', value = ''] = /^(avito|yula|kwork):([^:]*)$/i.exec(text) ?? [];
  const market = MARKETPLACES.find((candidate) => candidate.kind === kind.toLowerCase());
  return market ? parseLink(`${market.sites[0]}/${value}`) : null;
}

// The words before an advertisement's number change with its title; the number stays.
function avitoValue(link: Link): string {
  const segments = rawSegments(link);
  if (segments[0] === 'user' && segments[1]) return `user/${segments[1]}`;
  return /(?:^|_)(\d{6,})$/.exec(segments.at(-1) ?? '')?.[1] ?? segments.join('/').toLowerCase();
}

function yulaValue(link: Link): string {
  const segments = rawSegments(link).map((segment) => segment.toLowerCase());
  if (segments[0] === 'user' && segments[1]) return `user/${segments[1]}`;
  const item = /(?:^|-)([\da-f]{24})$/.exec(segments.at(-1) ?? '')?.[1];
  return item ? `item/${item}` : segments.join('/');
}

function kworkValue(link: Link): string {
  const segments = rawSegments(link).map((segment) => segment.toLowerCase());
  return segments[0] === 'user' && segments[1] ? `user/${segments[1]}` : segments.join('/');
}

function rawSegments(link: Link): string[] {
  return link.url.pathname.split('/').filter(Boolean);
}
