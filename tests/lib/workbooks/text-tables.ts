import { bigEndian, cyrillic1251 } from './encodings.ts';
import { createRandom, type Random } from './random.ts';

export interface TextHabits {
  encoding:
    | 'utf-8'
    | 'utf-8 marked'
    | 'utf-16le'
    | 'utf-16be'
    | 'utf-16le unmarked'
    | 'utf-16be unmarked'
    | 'windows-1251';
  separator: ';' | ',' | '\t';
  lineEnd: '\n' | '\r\n' | '\r';
  quotes: 'always' | 'needed';
  declared: boolean;
  lastLineEnds: boolean;
  strayNuls: boolean;
}

export interface GeneratedText {
  habits: TextHabits;
  /** What was written, a record a line; the `sep=` line is not among them but counts as line 1. */
  records: string[][];
  bytes: Buffer;
}

/** The text table of this number, at least two columns wide so that the separator can be told. */
export function generateText(seed: number): GeneratedText {
  const random = createRandom(seed + 1_000_000);
  const habits = makeTextHabits(random);
  const columns = 2 + random.below(5);
  const header = ['Телефон', 'Имя', 'Город', 'Заметка', 'Дата', 'Сумма', 'Ещё'].slice(0, columns);
  const count = random.below(random.chance(0.01) ? 3000 : 30);
  const records = [header, ...Array.from({ length: count }, () => makeRecord(random, columns))];
  return { habits, records, bytes: encodedText(textOf(records, habits), habits) };
}

function makeTextHabits(random: Random): TextHabits {
  const encoding = random.pick<TextHabits['encoding']>([
    'utf-8',
    'utf-8 marked',
    'utf-16le',
    'utf-16be',
    'utf-16le unmarked',
    'utf-16be unmarked',
    'windows-1251',
    'windows-1251',
  ]);
  return {
    encoding,
    separator: random.pick([';', ',', '\t']),
    lineEnd: random.pick(['\n', '\r\n', '\r']),
    quotes: random.pick(['always', 'needed', 'needed']),
    declared: random.chance(0.15),
    lastLineEnds: random.chance(0.7),
    strayNuls: encoding.startsWith('utf-8') && random.chance(0.2),
  };
}

function makeRecord(random: Random, columns: number): string[] {
  return Array.from({ length: columns }, () => random.pick(VALUES)(random));
}

const VALUES: ((random: Random) => string)[] = [
  (random) => `+790000${String(random.below(100_000)).padStart(5, '0')}`,
  (random) => `8 (900) 000-${String(random.below(100)).padStart(2, '0')}`,
  () => 'Щукин, Пётр; «брат»',
  () => 'ООО "Ромашка"',
  () => '"всё в кавычках"',
  () => 'первая\nвторая\n\nчетвёртая',
  () => 'возврат\rкаретки\r\n',
  () => '',
  () => ' с пробелами ',
  () => "'=1+1",
  () => 'a\tb',
  () => 'Ёжик №5 — 100 %',
];

function textOf(
  records: readonly string[][],
  { separator, lineEnd, quotes, declared, lastLineEnds }: TextHabits,
): string {
  const cell = (value: string) =>
    quotes === 'always' || /[";,\t\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  const lines = records.map((record) => record.map(cell).join(separator));
  if (declared) lines.unshift(`sep=${separator}`);
  return lines.join(lineEnd) + (lastLineEnds ? lineEnd : '');
}

function encodedText(text: string, { encoding, strayNuls }: TextHabits): Buffer {
  const told = strayNuls ? text.replaceAll('а', 'а\u0000') : text;
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(told);
    case 'utf-8 marked':
      return Buffer.from(`\uFEFF${told}`);
    case 'utf-16le':
      return Buffer.from(`\uFEFF${told}`, 'utf16le');
    case 'utf-16le unmarked':
      return Buffer.from(told, 'utf16le');
    case 'utf-16be':
      return bigEndian(`\uFEFF${told}`);
    case 'utf-16be unmarked':
      return bigEndian(told);
    case 'windows-1251':
      return cyrillic1251(told);
  }
}
