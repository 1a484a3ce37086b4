import { type Link, looksLikeLink, parseLink } from './link.ts';
import { fault, found, type KeyVerdict } from './types.ts';

const VK_SITES = ['vk.com', 'vk.ru', 'vkontakte.ru', 'vk.me'] as const;

const NICK = /^(?=.*[a-z])[a-z\d_][a-z\d_.]{1,31}$/;
const RESERVED =
  /^(?:(?:wall|photo|video|clip|topic|doc|album|albums|audio|audios|audio_playlist|market|product|story|poll|note|app|videos|photos|tag|gifts|friends|page|pages|podcast|narrative|uslugi|music\/playlist)-?\d[\d_-]*|feed|im|mail|login|join|search|groups|communities|music|video|videos|clips|stories|market|apps|games|settings|support|about|terms|privacy|dev|jobs|ads|al_\w*|away|away\.php|share\.php|bookmarks|fave|docs|calls|restore|edit|menu|services|uslugi|id)$/;

/** A VK page: `vk:id1`, `vk:club1` (a public page or an event is the same row of numbers) or `vk:nick`. */
export function normaliseVk(text: string): KeyVerdict {
  const nick = text.replace(/^@\s*/, '');
  if (!looksLikeLink(nick, VK_SITES)) return fromNick(nick, 'not-a-nick');
  const link = parseLink(nick);
  return link && isVk(link) ? vkFromLink(link) : fault('not-a-nick');
}

/** The page behind a VK link; posts, albums, the feed and other services are nobody. */
export function vkFromLink(link: Link): KeyVerdict {
  const first = (link.segments[0] ?? '').toLowerCase();
  if (first === 'im' || first === 'write') return fromPeer(link.url.searchParams.get('sel') ?? '');
  const write = /^write(\d+)$/.exec(first)?.[1];
  return fromNick(write ?? first.replace(/^@/, ''), 'service-link');
}

export function isVk(link: Link): boolean {
  return VK_SITES.some((site) => site === link.site);
}

function fromPeer(peer: string): KeyVerdict {
  const number = /^(-?)(\d{1,10})$/.exec(peer);
  if (!number) return fault('service-link');
  return page(number[1] ? 'club' : 'id', number[2] ?? '');
}

function fromNick(text: string, otherwise: 'not-a-nick' | 'service-link'): KeyVerdict {
  const nick = text.toLowerCase();
  const numbered = /^(id|club|public|event)?(\d{1,10})$/.exec(nick);
  if (numbered) return page(numbered[1] === undefined || numbered[1] === 'id' ? 'id' : 'club', numbered[2] ?? '');
  if (RESERVED.test(nick)) return fault('service-link');
  return NICK.test(nick) ? found('vk', nick, `vk.com/${nick}`) : fault(otherwise);
}

function page(kind: 'id' | 'club', digits: string): KeyVerdict {
  const number = digits.replace(/^0+/, '');
  return number ? found('vk', kind + number, `vk.com/${kind}${number}`) : fault('not-a-nick');
}
