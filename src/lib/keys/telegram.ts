import { type Link, looksLikeLink, parseLink } from './link.ts';
import { normalisePhone } from './phone.ts';
import { phoneInLink } from './phone-link.ts';
import { fault, found, type KeyVerdict } from './types.ts';

const TELEGRAM_SITES = ['t.me', 'telegram.me', 'telegram.dog', 'web.telegram.org'] as const;

const NICK = /^[a-z]\w{3,31}$/i;
const ID = /^#?(?:id)?\d{5,15}$/;
const RESERVED = new Set(
  'joinchat addstickers addemoji addtheme addlist share proxy socks login confirmphone setlanguage boost giftcode invoice contact bg iv call nft username'.split(
    ' ',
  ),
);

/**
 * A Telegram account: `telegram:nick` in lower case, or `telegram:#123456` for a numeric id. A phone written in a
 * Telegram base is a phone key: that person is reached by phone, and must not be reached twice.
 */
export function normaliseTelegram(text: string): KeyVerdict {
  if (/^tg:/i.test(text)) return fromAppLink(text);
  const site = text.replace(/^@(?=t\.me\/)/i, '');
  if (looksLikeLink(site, TELEGRAM_SITES)) return fromAddress(site);
  const nick = text.replace(/^@\s*/, '');
  if (NICK.test(nick)) return nickKey(nick);
  return fromDigits(text);
}

/** The account behind a t.me link; invites, stickers and other services of Telegram are nobody. */
export function telegramFromLink(link: Link): KeyVerdict {
  if (link.site === 'web.telegram.org') return fromWebVersion(link.url.hash);
  const subdomain = /^(\w+)\.t\.me$/.exec(link.host)?.[1];
  if (subdomain && !['www', 'm'].includes(subdomain)) return nickOrFault(subdomain);
  const [first = '', second = ''] = link.segments;
  return nickOrFault(first.toLowerCase() === 's' ? second : first);
}

export function isTelegram(link: Link): boolean {
  return TELEGRAM_SITES.some((site) => site === link.site) || link.host.endsWith('.t.me');
}

function fromAddress(text: string): KeyVerdict {
  const phone = phoneInLink(text);
  const verdict = phone ? normalisePhone(phone) : null;
  if (verdict?.ok) return verdict;
  const link = parseLink(text);
  return link && isTelegram(link) ? telegramFromLink(link) : fault('not-a-nick');
}

function fromAppLink(text: string): KeyVerdict {
  const phone = phoneInLink(text);
  if (phone) return normalisePhone(phone);
  const query = new URLSearchParams(text.slice(text.indexOf('?') + 1));
  const id = query.get('id') ?? query.get('user_id');
  if (/^tg:\/{0,2}(?:user|openmessage)\b/i.test(text) && id && ID.test(id)) return idKey(id);
  return nickOrFault(query.get('domain') ?? '');
}

function fromWebVersion(hash: string): KeyVerdict {
  const who = hash.slice(1);
  return ID.test(who) ? idKey(who) : nickOrFault(who);
}

function nickOrFault(text: string): KeyVerdict {
  const nick = text.replace(/^@/, '');
  return NICK.test(nick) && !RESERVED.has(nick.toLowerCase()) ? nickKey(nick) : fault('service-link');
}

// Ids have grown to ten digits and look like phones: without a prefix only a Russian mobile is taken for one.
function fromDigits(text: string): KeyVerdict {
  const phone = normalisePhone(text);
  const isBareNumber = /^\d+$/.test(text) && text.length < 11;
  if (phone.ok && !(isBareNumber && !text.startsWith('9'))) return phone;
  return ID.test(text) ? idKey(text) : fault('not-a-nick');
}

function nickKey(nick: string): KeyVerdict {
  return found('telegram', nick.toLowerCase(), `@${nick}`);
}

function idKey(text: string): KeyVerdict {
  const id = `#${text.replace(/^#?(?:id)?0*/, '')}`;
  return id.length < 6 ? fault('not-a-nick') : found('telegram', id, id);
}
