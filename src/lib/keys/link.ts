/** A web address taken apart. `site` is the host without `www.`, `m.` and the like; segments are decoded. */
export type Link = { url: URL; host: string; site: string; segments: string[] };

const MIRRORS = /^(?:(?:www|m|mobile|wap|touch|new)\.)+(?=[^.]+\.)/;
const LABEL = /^[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?$/;
const TOP_LEVEL = /^(?:[a-z]{2,63}|xn--[a-z\d-]{1,59})$/;

/** Reads an http(s) address with or without its scheme; null for anything else, among it addresses with a password. */
export function parseLink(text: string): Link | null {
  if (/[\s\\<>"]/.test(text)) return null;
  const url = URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text.replace(/^\/\//, '')}`);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) return null;
  const host = url.hostname.replace(/\.$/, '');
  if (!isPublicHost(host)) return null;
  return { url, host, site: host.replace(MIRRORS, ''), segments: segmentsOf(url.pathname) };
}

/** True when the text cannot be a nick because it is written as an address. */
export function looksLikeLink(text: string, sites: readonly string[]): boolean {
  if (text.includes('/')) return true;
  const host = text.toLowerCase().replace(/[?#:].*$/, '');
  return sites.some((site) => host === site || host.endsWith(`.${site}`));
}

function isPublicHost(host: string): boolean {
  const labels = host.split('.');
  return (
    host.length <= 253 && labels.length > 1 && labels.every((l) => LABEL.test(l)) && TOP_LEVEL.test(labels.at(-1) ?? '')
  );
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter(Boolean).map(decoded);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment).trim();
  } catch {
    return segment;
  }
}
