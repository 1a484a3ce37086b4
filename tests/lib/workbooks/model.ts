import type { Random } from './random.ts';

/** What a person put into a cell, without a word about how a program writes it down. */
export type Cell =
  | { kind: 'blank' }
  | { kind: 'text'; text: string }
  | { kind: 'number'; written: string; shown: string }
  | { kind: 'result'; text: string }
  | { kind: 'uncounted'; formula: string }
  | { kind: 'moment'; day: number; minutes: number }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'error'; code: string };

export interface ModelRow {
  number: number;
  cells: Cell[];
  /** Something stands beyond the last column that is kept. */
  far: boolean;
}

export interface ModelSheet {
  name: string;
  state: 'visible' | 'hidden' | 'veryHidden';
  rows: ModelRow[];
}

export interface Model {
  sheets: ModelSheet[];
  active: number;
}

/** Days are counted from 01.01.1970. */
export function shownCell(cell: Cell): string {
  switch (cell.kind) {
    case 'blank':
      return '';
    case 'text':
    case 'result':
      return cell.text;
    case 'number':
      return cell.shown;
    case 'uncounted':
      return `=${cell.formula}`;
    case 'moment':
      return shownMoment(cell.day, cell.minutes);
    case 'boolean':
      return cell.value ? 'TRUE' : 'FALSE';
    case 'error':
      return cell.code;
  }
}

function shownMoment(day: number, minutes: number): string {
  const [year, month, date] = new Date(day * 86_400_000).toISOString().slice(0, 10).split('-');
  const clock = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');
  return `${date}.${month}.${year}${minutes === 0 ? '' : ` ${clock}`}`;
}

/** `longest` is the most rows of a sheet. */
export function makeModel(random: Random, longest: number): Model {
  const count = random.chance(0.4) ? 1 + random.below(4) : 1;
  const names = random.shuffled(NAMES).slice(0, count);
  const sheets = names.map((name) => makeSheet(random, name, longest));
  return { sheets, active: random.below(count) };
}

const NAMES = ['Тг', 'ВК & «Ок»', "Почта 'старая'", 'Sheet1', '<база>', 'Вотсап'] as const;

function makeSheet(random: Random, name: string, longest: number): ModelSheet {
  const rows: ModelRow[] = [];
  let number = random.chance(0.8) ? 1 : 1 + random.below(40);
  const length = random.chance(0.03) ? 0 : 1 + random.below(random.chance(0.03) ? longest : Math.min(longest, 40));
  const width = 1 + random.below(6);
  for (let at = 0; at < length; at += 1) {
    const used = random.chance(0.1) ? 0 : 1 + random.below(width);
    rows.push({ number, cells: Array.from({ length: used }, () => makeCell(random)), far: random.chance(0.003) });
    number += random.chance(0.9) ? 1 : 1 + random.below(30);
  }
  return { name, state: random.pick(['visible', 'visible', 'hidden', 'veryHidden']), rows };
}

function makeCell(random: Random): Cell {
  const phone = `790000${String(random.below(100_000)).padStart(5, '0')}`;
  const [first, ...others] = phone;
  return random.pick<() => Cell>([
    () => ({ kind: 'blank' }),
    () => ({ kind: 'text', text: makeText(random) }),
    () => ({ kind: 'text', text: random.pick(TEXTS) }),
    () => ({ kind: 'text', text: random.pick([phone, `+${phone}`, `8 (900) 00\u00a0${phone.slice(-5)}`]) }),
    () => ({ kind: 'number', written: phone, shown: phone }),
    () => ({ kind: 'number', written: `${phone}.0`, shown: phone }),
    () => ({ kind: 'number', written: `${first}.${others.join('')}E+10`, shown: phone }),
    () => ({ kind: 'number', ...random.pick(NUMBERS) }),
    () => ({ kind: 'result', text: random.pick([`+${phone}`, 'Анна', 'a & b < c']) }),
    () => ({ kind: 'uncounted', formula: random.pick([`"+${phone}"`, 'A1&B1', 'HYPERLINK("https://vk.com/id1")']) }),
    () => ({ kind: 'moment', day: random.below(25_000), minutes: random.pick([0, 0, 1, 545, 1080, 1439]) }),
    () => ({ kind: 'boolean', value: random.chance(0.5) }),
    () => ({ kind: 'error', code: random.pick(['#N/A', '#REF!', '#DIV/0!']) }),
  ])();
}

const NUMBERS = [
  { written: '0', shown: '0' },
  { written: '-12.50', shown: '-12.5' },
  { written: '1E-3', shown: '0.001' },
  { written: '12345678901234567890', shown: '12345678901234567890' },
  { written: '0.30000000000000004', shown: '0.3' },
];

const TEXTS = [
  ' пробел спереди и сзади ',
  'строка\nвторая\n',
  'a & b < c > d "e" \'f\'',
  ']]>',
  '_x0041_ буквально',
  'звонок\u0007',
  'перевод\r\nкаретки',
  '=1+1',
  "'апостроф",
  '\t',
  '😀 👩‍👩‍👧 é',
  '&amp; &#65; &bogus;',
  'ё'.repeat(300),
  '@nick_name',
];

function makeText(random: Random): string {
  const letters = 'абвгдеёжЩЯ abcXYZ 0123456789 ;,"\'.-_@&<>';
  return Array.from({ length: 1 + random.below(30) }, () => random.pick([...letters])).join('');
}
