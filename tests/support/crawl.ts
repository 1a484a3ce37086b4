import type { HTMLElement } from 'node-html-parser';
import { parse } from 'node-html-parser';
import { routeOf } from './map.ts';
import type { Visitor } from './visitor.ts';

export type Page = { path: string; route: string; status: number; type: string; html: string; document: HTMLElement };
/** `reached` are the routes that answered, downloads among them; `pages` are the HTML ones. */
export type Crawl = { pages: Page[]; reached: Set<string>; faults: string[] };

type Limits = { pages: number; perKind: number };

/**
 * Follows every internal link from these pages, as far as the limits go. Addresses of one route with the same query
 * fields are one kind, and only so many of a kind are opened: a list's second page is another kind, its third is not.
 */
export async function crawl(visitor: Visitor, from: string[], { pages: most, perKind }: Limits): Promise<Crawl> {
  const waiting = from.map((path) => ({ path, on: 'the start' }));
  const known = new Set(from);
  const kinds = new Map<string, number>();
  const pages: Page[] = [];
  const reached = new Set<string>();
  const faults: string[] = [];

  for (let next = waiting.shift(); next && pages.length < most; next = waiting.shift()) {
    const { path, on } = next;
    const kind = kindOf(path);
    const count = kinds.get(kind) ?? 0;
    if (count >= perKind) continue;
    kinds.set(kind, count + 1);
    const page = await open(visitor, path);
    if (page.status >= 400) {
      faults.push(`${path}: ${page.status}, linked on ${on}`);
      continue;
    }
    for (const one of [path, page.path]) reached.add(routeOf('get', one)?.path ?? one);
    if (!page.type.startsWith('text/html')) continue;
    pages.push(page);
    for (const link of linksOf(page)) {
      if (known.has(link)) continue;
      known.add(link);
      waiting.push({ path: link, on: path });
    }
  }
  return { pages, reached, faults };
}

/** Opens a page and follows a redirect, as people do. */
async function open(visitor: Visitor, asked: string): Promise<Page> {
  const response = await visitor.get(asked).redirects(3);
  const path = response.redirects.length > 0 ? pathOf(response.redirects.at(-1) ?? asked) : asked;
  const type = String(response.headers['content-type'] ?? '');
  const html = type.startsWith('text/html') ? response.text : '';
  const route = routeOf('get', path)?.path ?? path;
  return { path, route, status: response.status, type, html, document: parse(html) };
}

function pathOf(address: string): string {
  const { pathname, search } = new URL(address, 'http://house');
  return pathname + search;
}

function kindOf(path: string): string {
  const url = new URL(path, 'http://house');
  const fields = [...new Set(url.searchParams.keys())].sort();
  return [routeOf('get', url.pathname)?.path ?? url.pathname, ...fields].join(' ');
}

const addresses: [selector: string, attribute: string][] = [
  ['a[href]', 'href'],
  ['link[href]', 'href'],
  ['script[src]', 'src'],
  ['img[src]', 'src'],
  ['video[src]', 'src'],
  ['source[src]', 'src'],
  ['[hx-get]', 'hx-get'],
];

/** Every address of ours on the page, without the part after `#`. */
function linksOf({ path, document }: Page): string[] {
  const here = new URL(path, 'http://house');
  return addresses
    .flatMap(([selector, attribute]) => document.querySelectorAll(selector).map((one) => one.getAttribute(attribute)))
    .map((link) => new URL(link ?? '', here))
    .filter((url) => url.host === here.host && url.protocol === 'http:')
    .map(({ href }) => pathOf(href));
}
