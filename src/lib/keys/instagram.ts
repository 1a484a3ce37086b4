import { type Link, looksLikeLink, parseLink } from './link.ts';
import { fault, found, type KeyVerdict } from './types.ts';

const INSTAGRAM_SITES = ['instagram.com', 'instagr.am', 'ig.me'] as const;

const NICK = /^(?!.*\.\.)(?!\.)[a-z\d._]{1,30}(?<!\.)$/;
const RESERVED = new Set('p reel reels explore tv accounts direct about legal developer share s web ar'.split(' '));
const BEFORE_THE_NICK = new Set(['stories', '_u', 'm']);

/** An Instagram account: `instagram:nick`, up to 30 letters, digits, `_` and single inner dots. */
export function normaliseInstagram(text: string): KeyVerdict {
  const nick = text.replace(/^@\s*/, '');
  if (!looksLikeLink(nick, INSTAGRAM_SITES)) return fromNick(nick, 'not-a-nick');
  const link = parseLink(nick);
  return link && isInstagram(link) ? instagramFromLink(link) : fault('not-a-nick');
}

/** The account behind an Instagram link; a post or a reel does not say whose it is. */
export function instagramFromLink(link: Link): KeyVerdict {
  const [first = '', second = ''] = link.segments.map((segment) => segment.toLowerCase());
  const nick = BEFORE_THE_NICK.has(first) && second !== 'highlights' ? second : first;
  return RESERVED.has(nick) || BEFORE_THE_NICK.has(nick)
    ? fault('service-link')
    : fromNick(nick.replace(/^@/, ''), 'service-link');
}

export function isInstagram(link: Link): boolean {
  return INSTAGRAM_SITES.some((site) => site === link.site);
}

function fromNick(text: string, otherwise: 'not-a-nick' | 'service-link'): KeyVerdict {
  const nick = text.toLowerCase();
  return NICK.test(nick) ? found('instagram', nick, `@${nick}`) : fault(otherwise);
}
