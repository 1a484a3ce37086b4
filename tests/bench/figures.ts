/** What a figure must reach. `ratio` compares its median with the limit's, `value` looks at the median itself. */
export type Target = { ratio?: Bound; value?: Bound };
export type Bound = { atMost: number } | { atLeast: number };

export type Measured = {
  name: string;
  /** Empty: a number of things. */
  unit: 's' | 'ms' | 'MB' | '1/s' | '×' | '';
  /** One number a run. */
  values: number[];
  /** The limit of the machine, measured in the same run; one number a run. */
  limits?: number[];
  target?: Target;
};
export type Figure = {
  name: string;
  value: number;
  unit: string;
  limit: number | null;
  ratio: number | null;
  runs: number;
  /** `null`: nothing is asked of it. */
  ok: boolean | null;
  target: string;
};

/** The figure of some runs: medians, and whether they reach what they must. */
export function figureOf({ name, unit, values, limits, target = {} }: Measured): Figure {
  const value = rounded(median(values));
  const limit = limits && limits.length > 0 ? rounded(median(limits)) : null;
  const ratio = limit ? rounded(median(values) / median(limits ?? [])) : null;
  const met = [
    ...(target.value ? [meets(value, target.value)] : []),
    ...(target.ratio ? [ratio !== null && meets(ratio, target.ratio)] : []),
  ];
  const ok = met.length > 0 ? met.every(Boolean) : null;
  return { name, value, unit, limit, ratio, runs: values.length, ok, target: inWords(target) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** The smallest value that so large a share of the values does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** One line of JSON, as the README of the bench promises it. */
export const jsonOf = ({ name, value, unit, limit, ratio, runs }: Figure): string =>
  JSON.stringify({ name, value, unit, limit, ratio, runs });

/** The figures as a table in Markdown. */
export function tableOf(figures: readonly Figure[]): string {
  const lines = figures.map(({ name, value, unit, limit, ratio, runs, ok, target }) =>
    [name, `${value} ${unit}`.trim(), limit ?? '–', ratio ?? '–', target || '–', verdictOf(ok), runs].join(' | '),
  );
  const head = ['figure | value | limit | ratio | must reach | reached | runs', '---|--:|--:|--:|---|---|--:'];
  return [...head, ...lines].map((line) => `| ${line} |`).join('\n');
}

const verdictOf = (ok: boolean | null): string => (ok === null ? '' : ok ? 'yes' : '**no**');

const meets = (value: number, bound: Bound): boolean =>
  'atMost' in bound ? value <= bound.atMost : value >= bound.atLeast;

function inWords({ ratio, value }: Target): string {
  const one = (bound: Bound): string => ('atMost' in bound ? `≤ ${bound.atMost}` : `≥ ${bound.atLeast}`);
  return [...(value ? [one(value)] : []), ...(ratio ? [`${one(ratio)} ×`] : [])].join(', ');
}

const rounded = (number: number): number => (number === 0 ? 0 : Number(number.toPrecision(4)));
