import type { Spread } from './numbers.ts';
import type { Line, Report } from './numbers-lines.ts';

type Say = (key: string) => string;

const counted = [
  'received',
  'answered',
  'answerMedian',
  'answerP90',
  'closed',
  'resolutionMedian',
  'resolutionP90',
  'rated',
  'rating',
  'waiting',
  'overdue',
] as const;

export const numberColumns = (say: Say) => [
  { header: say('support:numbers.file.part'), width: 16 },
  { header: say('support:numbers.file.name'), width: 28 },
  ...counted.map((column) => ({ header: say(`support:numbers.file.${column}`), type: 'number' as const })),
];

/** Every line of the page for a file: each part after the other, and the total first. Times in minutes. */
export async function* numberRows({ total, lines }: Report, say: Say): AsyncGenerator<(string | number | null)[][]> {
  yield [rowOf(say('support:numbers.total'), { ...total, id: 0, name: '' })];
  for (const [part, of] of Object.entries(lines))
    yield of.map((line) =>
      rowOf(say(`support:numbers.part.${part}`), { ...line, name: line.name || say('support:numbers.nobody') }),
    );
}

const rowOf = (part: string, line: Line): (string | number | null)[] => [
  part,
  line.name,
  line.received,
  line.answered,
  ...minutesOf(line.answer),
  line.closed,
  ...minutesOf(line.resolution),
  line.rated,
  line.rating === null ? null : Math.round(line.rating * 100) / 100,
  line.waiting,
  line.overdue,
];

const minutesOf = (spread: Spread): (number | null)[] => [minutes(spread?.median), minutes(spread?.p90)];
const minutes = (seconds: number | undefined): number | null =>
  seconds === undefined ? null : Math.round(seconds / 6) / 10;
