/** One line of the list as a person keeps it, and the contact that it must become; null for a bad or repeated one. */
export type Line = { cells: [phone: string, name: string, city: string, note: string]; key: string | null };

export const HEADERS = ['Телефон', 'Имя', 'Город', 'Заметка'] as const;

const FIRST =
  'Анна Борис Вера Глеб Дарья Егор Жанна Захар Ирина Кирилл Лидия Марк Нина Олег Полина Роман Софья Тимур Ульяна Фёдор';
const LAST =
  'Орлов Соколов Лебедев Новик Кравец Белый Зимин Рощин Ветров Полевой Дубов Лесной Речной Градов Тихий Громов';
const CITIES =
  'Москва Казань Самара Пермь Уфа Омск Томск Тула Тверь Псков Рязань Орёл Сочи Чита Курск Липецк Калуга Киров Нижний_Тагил Ростов-на-Дону';
const BAD = ['нет телефона', '12345', '+7 900 12', '—', '8900123', 'уточнить у Анны'];
const [first, last, cities] = [FIRST, LAST, CITIES].map((words) => words.split(' ')) as [string[], string[], string[]];

/**
 * A list of contacts with the mess that lists have: of a hundred rows five repeat an earlier phone in another spelling and two
 * hold no phone. Always the same for the same number; the phones are invented and in no order.
 */
export function* linesOf(rows: number): Generator<Line> {
  for (let n = 0; n < rows; n += 1) {
    const spread = scattered(n);
    const name = `${pick(last, spread)} ${pick(first, spread >>> 8)}`;
    const city = pick(cities, spread >>> 12).replace('_', ' ');
    // Three notes of four are among a few, the fourth is like no other.
    const note = n % 4 === 0 ? `заявка № ${n} от ${1 + (n % 28)}.03` : ['', 'перезвонить', 'тёплый & вежливый'][n % 3];
    if (n % 50 === 17) yield { cells: [pick(BAD, spread), name, city, note ?? ''], key: null };
    else if (n % 20 === 11) yield { cells: [spelled(digitsOf(earlier(n)), n + 3), name, city, note ?? ''], key: null };
    else yield { cells: [spelled(digitsOf(n), n), name, city, note ?? ''], key: `+7${digitsOf(n)}` };
  }
}

/** A row before this one that holds a phone of its own. */
const earlier = (n: number): number => Math.floor(n / 200) * 100;

// 7,919 and the size have no common divisor: every number comes once.
const SPACE = 100_000_000;
const digitsOf = (n: number): string => `90${String((n * 61_803_397 + 7_919) % SPACE).padStart(8, '0')}`;

function spelled(digits: string, n: number): string {
  const [a, b, c, d] = [digits.slice(0, 3), digits.slice(3, 6), digits.slice(6, 8), digits.slice(8)];
  const spellings = [
    `+7${digits}`,
    `8${digits}`,
    `8 (${a}) ${b}-${c}-${d}`,
    `+7 ${a} ${b} ${c} ${d}`,
    `7${digits}`,
    `${a}-${b}-${c}${d}`,
  ];
  return pick(spellings, n);
}

const pick = (list: readonly string[], at: number): string => list[at % list.length] ?? '';

function scattered(n: number): number {
  const mixed = Math.imul(n ^ (n >>> 15), 2246822507);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
