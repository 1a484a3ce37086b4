import { domainToASCII, domainToUnicode } from 'node:url';
import { fault, found, type KeyVerdict } from './types.ts';

const PLAIN = /^[a-z\d_+-][\w.+%&'*/=?^`{|}~!#$-]{0,63}@(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z]{2,63}$/i;
const LOCAL = /^[^\s@<>()[\],;:"\\]{1,64}$/u;
const DOMAIN = /^(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+(?:[a-z]{2,63}|xn--[a-z\d-]{1,59})$/;

/** An e-mail address, both parts in lower case: `email:ivan@example.com`. `<…>`, `mailto:` and a name around it go; an international domain is kept in letters. */
export function normaliseEmail(text: string): KeyVerdict {
  const address = unwrap(text);
  const at = address.lastIndexOf('@');
  if (at < 1 || address.length > 254) return fault('not-an-email');
  const local = address.slice(0, at).toLowerCase();
  if (/^\.|\.\.|\.$/.test(local)) return fault('not-an-email');
  const isPlain = PLAIN.test(address) && !/xn--/i.test(address);
  const domain = isPlain ? address.slice(at + 1).toLowerCase() : international(local, address.slice(at + 1));
  return domain ? found('email', `${local}@${domain}`, `${local}@${domain}`) : fault('not-an-email');
}

function unwrap(text: string): string {
  const inside = /<([^<>]{3,254})>[\s.,;]*$/.exec(text)?.[1] ?? text;
  return inside
    .trim()
    .replace(/^mailto:\s*/i, '')
    .replace(/\?.*$/, '')
    .replace(/^[<(='"`«“„‘’\s]+/, '')
    .replace(/[>),;.'"`»”“’\s]+$/, '');
}

function international(local: string, domain: string): string | null {
  if (!LOCAL.test(local) || /[\s/?#:@\\%]/.test(domain)) return null;
  const ascii = domainToASCII(domain);
  if (!DOMAIN.test(ascii)) return null;
  const letters = domainToUnicode(ascii);
  return domainToASCII(letters) === ascii ? letters : ascii;
}
