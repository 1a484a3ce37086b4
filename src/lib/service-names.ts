import type { LeadTypeCode } from './lead-types.ts';

const NAMES: Partial<Record<LeadTypeCode, string>> = {
  telegram: 'тг тлг телега телеге телеграм телеграмм телеграме телеграмме telegram tg',
  whatsapp: 'вотсап вотсапп ватсап ватсапп вацап воцап whatsapp wa ws',
  max: 'max',
  viber: 'вайбер вайбере viber',
  instagram: 'инст инста инсте инстаграм инстаграмм инстаграме instagram insta inst нельзяграм',
  vk: 'вк вконтакте vk vkontakte',
  ok: 'одноклассники одноклассниках',
};
// «Макс» is also a name and «ок» an answer: they name the service only before a colon.
const WITH_COLON: Record<string, LeadTypeCode> = { макс: 'max', ок: 'ok', ok: 'ok' };

/** What people call the services, in lower case. */
export const SERVICE_NAMES: ReadonlyMap<string, LeadTypeCode> = new Map(
  Object.entries(NAMES).flatMap(([code, names]) =>
    names.split(' ').map((name) => [name, code as LeadTypeCode] as const),
  ),
);

/** The service that the end of a text names: as its very last word, or a few words back with no contact in between. */
export function serviceNamed(before: string, where: 'right before' | 'near'): LeadTypeCode | null {
  const text = before.slice(before.lastIndexOf('\n') + 1).toLowerCase();
  const colon = /([\p{L}]+)\s*[:=]\s*@?$/u.exec(text)?.[1];
  if (colon && WITH_COLON[colon]) return WITH_COLON[colon];
  const words = text.match(/[\p{L}\p{N}_]+/gu) ?? [];
  const candidates = where === 'near' ? words.slice(-3).reverse() : words.slice(-1);
  return candidates.map((word) => SERVICE_NAMES.get(word)).find(Boolean) ?? null;
}
