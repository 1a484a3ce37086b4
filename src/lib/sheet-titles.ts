/** The sheet titles by which a workbook in the old format names its bases, per base code; staff may edit them per base. */
export const DEFAULT_SHEET_TITLES = {
  telegram: ['Тг', 'ТГ', 'Telegram'],
  whatsapp: ['Вотсап', 'WhatsApp'],
  max: ['Макс', 'Max'],
  viber: ['Вайбер', 'Viber'],
  instagram: ['Инст', 'Нельзяграм', 'Instagram'],
  vk: ['ВК', 'ВКонтакте', 'VK'],
  ok: ['Ок', 'OK', 'Одноклассники'],
  email: ['Почта', 'Почты', 'Email'],
} as const satisfies Record<string, readonly string[]>;

/** A sheet's title for comparison: without case, spaces, punctuation, Unicode form, and with ё as е. */
export function normaliseTitle(title: string): string {
  return title
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

/** The code of the base that accepts a sheet's title, or null: an unknown sheet is for a person to map. */
export function baseOfTitle(
  title: string,
  titles: Readonly<Record<string, readonly string[]>> = DEFAULT_SHEET_TITLES,
): string | null {
  const wanted = normaliseTitle(title);
  if (!wanted) return null;
  return Object.keys(titles).find((code) => titles[code]?.some((alias) => normaliseTitle(alias) === wanted)) ?? null;
}
