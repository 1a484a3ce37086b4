import type { Random } from './random.ts';

const first = [
  'alex',
  'irina',
  'maxim',
  'olga',
  'sergey',
  'dasha',
  'kirill',
  'nina',
  'egor',
  'lena',
  'roman',
  'yulia',
  'stepan',
  'alla',
  'fedor',
];
const last = [
  'sokol',
  'lebed',
  'morozov',
  'zima',
  'kedr',
  'volna',
  'luna',
  'sever',
  'polyana',
  'rassvet',
  'gorod',
  'brusnika',
  'yantar',
  'iva',
];
const word = (random: Random, n: number): string => `${random.pick(first)}_${random.pick(last)}_${n}`;

/** Russian mobile numbers of a range that is nobody's here, spelt as people spell them. */
function phone(random: Random, n: number): string {
  const digits = String(n).padStart(5, '0');
  const [a, b, c] = [`0${digits.slice(0, 1)}${random.between(0, 0)}`, digits.slice(1, 3), digits.slice(3)];
  return random.pick([
    `+7 900 ${a}-${b}-${c}`,
    `8 (900) ${a}-${b}-${c}`,
    `7900${a}${b}${c}`,
    `8900${a}${b}${c}`,
    `900${a}${b}${c}`,
  ]);
}

export type Sheet = { title: string; count: number; cell(random: Random, n: number): string };

// The phone bases share one range of numbers and divide it: `offset` keeps them apart.
const phones = (title: string, count: number, offset: number): Sheet => ({
  title,
  count,
  cell: (random, n) => phone(random, offset + n),
});

/** 40,000 contacts in all eight bases, as the old workbook has them: a sheet per base. */
export const sheets: Sheet[] = [
  {
    title: 'Тг',
    count: 9_700,
    cell: (random, n) => random.pick(['@', 'https://t.me/', 't.me/', '']) + word(random, n),
  },
  phones('Вотсап', 6_000, 0),
  phones('Макс', 2_300, 20_000),
  phones('Вайбер', 3_500, 30_000),
  {
    title: 'Инст',
    count: 6_000,
    cell: (random, n) => random.pick(['', '@', 'https://www.instagram.com/']) + word(random, n),
  },
  {
    title: 'ВК',
    count: 5_000,
    cell: (random, n) => random.pick(['https://vk.com/id', 'vk.com/id', 'https://m.vk.com/id']) + (900_000_000 + n),
  },
  { title: 'Ок', count: 3_000, cell: (_random, n) => `https://ok.ru/profile/${900_000_000_000 + n}` },
  {
    title: 'Почта',
    count: 2_000,
    cell: (random, n) =>
      `${word(random, n).replaceAll('_', '.')}@${random.pick(['example.com', 'example.org', 'example.net'])}`,
  },
];

/** What came for WhatsApp later, as a list with other columns. */
export const whatsappOfOctober = phones('WhatsApp', 2_500, 10_000);

export const names = ['Алексей', 'Ирина', 'Максим', 'Ольга', 'Дарья', 'Кирилл', 'Нина', 'Егор'];
export const cities = ['Казань', 'Самара', 'Тверь', 'Омск', 'Пермь', 'Сочи'];
