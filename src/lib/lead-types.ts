import { type ContactKind, type KeyKind, normaliseKey } from './keys/index.ts';

/** The codes of the initial lead types. `self` is never guessed: it is the agent's own word. */
export const LEAD_TYPES = [
  'telegram',
  'whatsapp',
  'max',
  'viber',
  'instagram',
  'vk',
  'ok',
  'email',
  'avito',
  'yula',
  'kwork',
  'other_social',
  'self',
] as const;
export type LeadTypeCode = (typeof LEAD_TYPES)[number];

const LINKS: readonly [RegExp, LeadTypeCode][] = [
  [linkTo('wa\\.me|whatsapp\\.com', 'whatsapp:'), 'whatsapp'],
  [linkTo('viber\\.(?:com|me|click)', 'viber:'), 'viber'],
  [linkTo('max\\.ru', 'max:\\/\\/'), 'max'],
  [linkTo('t\\.me|telegram\\.(?:me|dog|org)', 'tg:\\/{0,2}\\w+\\?'), 'telegram'],
  [linkTo('vk\\.(?:com|ru|me)|vkontakte\\.ru', 'vk:\\/\\/'), 'vk'],
  [linkTo('ok\\.(?:ru|me)|odnoklassniki\\.ru', 'ok:\\/\\/'), 'ok'],
  [linkTo('instagram\\.com|instagr\\.am|ig\\.me', 'instagram:\\/\\/'), 'instagram'],
];
const OWN_TYPE: Partial<Record<KeyKind, LeadTypeCode>> = {
  phone: 'whatsapp',
  telegram: 'telegram',
  vk: 'vk',
  ok: 'ok',
  instagram: 'instagram',
  email: 'email',
  avito: 'avito',
  yula: 'yula',
  kwork: 'kwork',
};
const KEY_PREFIX = /^(telegram|vk|ok|instagram|email|avito|yula|kwork):(?!\/\/)/;
const TRIED: readonly ContactKind[] = ['phone', 'url', 'email'];

/**
 * The lead type that a contact most likely belongs to, from its spelling or its key: what a link says wins, a bare phone
 * is WhatsApp, `@nick` is Telegram, anything else is `other_social`. A guess: the agent may change it.
 */
export function guessLeadType(contact: string): LeadTypeCode {
  const text = contact.trim().slice(0, 2_000);
  const named = LINKS.find(([pattern]) => pattern.test(text))?.[1] ?? OWN_TYPE[KEY_PREFIX.exec(text)?.[1] as KeyKind];
  if (named) return named;
  if (/^@[a-z]\w{3,31}$/i.test(text)) return 'telegram';
  const verdict = TRIED.map((kind) => normaliseKey(text, kind)).find(({ ok }) => ok);
  return (verdict?.ok && OWN_TYPE[verdict.kind]) || 'other_social';
}

/** Matches an address on one of the hosts or below it (also as a `url:` key), or the service's own scheme. */
function linkTo(hosts: string, scheme: string): RegExp {
  return new RegExp(`^(?:url:)?(?:https?:\\/\\/)?(?:[\\w-]+\\.){0,2}(?:${hosts})(?:[/?#:]|$)|^${scheme}`, 'i');
}
