import { type Link, looksLikeLink, parseLink } from './link.ts';
import { fault, found, type KeyVerdict } from './types.ts';

const OK_SITES = ['ok.ru', 'odnoklassniki.ru', 'ok.me'] as const;

const NICK = /^(?=.*[a-z])[a-z\d][a-z\d._-]{1,63}$/;
const NUMBER = /^\d{5,20}$/;
const RESERVED = new Set(
  'feed video videos music messages groups group profile games game dk live search settings guests marks photos discussions gifts market hobby help friends notifications login app apps online events bookmarks payments cdk topic share offer vitrine'.split(
    ' ',
  ),
);

/** A page on Odnoklassniki: `ok:123` for a profile, `ok:group/123` for a group, `ok:nick` for a short name. */
export function normaliseOk(text: string): KeyVerdict {
  const group = /^group\/(\d{5,20})$/i.exec(text)?.[1];
  if (group) return groupKey(group);
  const nick = text.replace(/^@\s*/, '');
  if (!looksLikeLink(nick, OK_SITES)) return fromNick(nick, 'not-a-nick');
  const link = parseLink(nick);
  return link && isOk(link) ? okFromLink(link) : fault('not-a-nick');
}

/** The page behind an ok.ru link; the feed, a video, a game and other services are nobody. */
export function okFromLink(link: Link): KeyVerdict {
  const [first = '', second = ''] = link.segments.map((segment) => segment.toLowerCase());
  if (first === 'profile') return NUMBER.test(second) ? profileKey(second) : fault('service-link');
  const group = first === 'group' ? second : /^group(\d+)$/.exec(first)?.[1];
  if (group !== undefined) return NUMBER.test(group) ? groupKey(group) : fault('service-link');
  return fromNick(first, 'service-link');
}

export function isOk(link: Link): boolean {
  return OK_SITES.some((site) => site === link.site);
}

function fromNick(text: string, otherwise: 'not-a-nick' | 'service-link'): KeyVerdict {
  const nick = text.toLowerCase();
  if (NUMBER.test(nick)) return profileKey(nick);
  if (RESERVED.has(nick)) return fault('service-link');
  return NICK.test(nick) ? found('ok', nick, `ok.ru/${nick}`) : fault(otherwise);
}

function profileKey(number: string): KeyVerdict {
  return found('ok', number, `ok.ru/profile/${number}`);
}

function groupKey(number: string): KeyVerdict {
  return found('ok', `group/${number}`, `ok.ru/group/${number}`);
}
