const PHONE_LINKS = [
  /^(?:https?:\/\/)?(?:www\.)?wa\.me\/\+?(\d{7,15})(?:[/?#]|$)/i,
  /^(?:https?:\/\/|whatsapp:\/\/)?(?:(?:api|web|www)\.)?(?:whatsapp\.com\/)?send\/?\?(?:[^#]{0,200}&)?phone=(?:\+|%2b|\s)?(\d{7,15})(?:[&#]|$)/i,
  /^viber:\/\/(?:chat|add|contact|calls?)\/?\?(?:[^#]{0,200}&)?number=(?:\+|%2b|\s)?(\d{7,15})(?:[&#]|$)/i,
  /^(?:https?:\/\/)?(?:www\.)?(?:viber\.click|viber\.me)\/\+?(\d{7,15})(?:[/?#]|$)/i,
  /^(?:https?:\/\/)?(?:www\.)?(?:max\.ru|t\.me|telegram\.me|telegram\.dog)\/(?:\+|%2b)(\d{7,15})(?:[/?#]|$)/i,
  /^tg:\/{0,2}resolve\?(?:[^#]{0,200}&)?phone=(?:\+|%2b|\s)?(\d{7,15})(?:[&#]|$)/i,
];

/** The phone that a messenger's link carries (`wa.me/7900…`, `viber://chat?number=…`, `t.me/+7900…`), with its `+`. */
export function phoneInLink(text: string): string | null {
  if (!text.includes('/') && !text.includes('?')) return null;
  for (const pattern of PHONE_LINKS) {
    const digits = pattern.exec(text)?.[1];
    if (digits) return /^8\d{10}$/.test(digits) ? digits : `+${digits}`;
  }
  return null;
}
