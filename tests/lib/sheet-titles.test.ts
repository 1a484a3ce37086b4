import { describe, expect, it, test } from 'vitest';
import { baseOfTitle, DEFAULT_SHEET_TITLES, normaliseTitle } from '../../src/lib/sheet-titles.ts';

describe('a sheet of the old format finds its base by its title', () => {
  test.each([
    ['telegram', ['Тг', 'ТГ', 'Telegram']],
    ['whatsapp', ['Вотсап', 'WhatsApp']],
    ['max', ['Макс', 'Max']],
    ['viber', ['Вайбер', 'Viber']],
    ['instagram', ['Инст', 'Нельзяграм', 'Instagram']],
    ['vk', ['ВК', 'ВКонтакте', 'VK']],
    ['ok', ['Ок', 'OK', 'Одноклассники']],
    ['email', ['Почта', 'Почты', 'Email']],
  ])('%s', (code, titles) => {
    for (const title of titles) expect(baseOfTitle(title)).toBe(code);
    expect(Object.keys(DEFAULT_SHEET_TITLES)).toContain(code);
  });

  it('without regard to case, spaces, punctuation and ё', () => {
    for (const title of [' т г ', 'ТЕЛЕ ГРАМ', 'what\u00a0s app', 'E-mail', 'в.контакте', 'ＶＫ'])
      expect(baseOfTitle(title)).toBe(
        { ' т г ': 'telegram', 'what\u00a0s app': 'whatsapp', 'E-mail': 'email', 'в.контакте': 'vk', ＶＫ: 'vk' }[
          title
        ] ?? null,
      );
    expect(normaliseTitle('Зелёный  лист_1')).toBe(normaliseTitle('зеленыйЛИСТ 1'));
  });

  it('an unknown or empty title has no base', () => {
    for (const title of ['Лист1', 'Sheet1', '', ' — ', 'Тг2']) expect(baseOfTitle(title)).toBeNull();
  });

  it('titles that staff have given to a base count instead of the defaults', () => {
    expect(baseOfTitle('Телега', { telegram: ['телега'] })).toBe('telegram');
    expect(baseOfTitle('Тг', { telegram: ['телега'] })).toBeNull();
  });
});
