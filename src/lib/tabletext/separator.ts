/** '' means one value a line. */
export type Separator = ';' | ',' | '\t' | '';

/** In case of a draw the earlier one wins: a tab is hardly ever part of a value, a comma often. */
const CANDIDATES = ['\t', ';', ','] as const;
const GUESSED_LINES = 50;
/** So many of the lines must have the same number of separators. */
const AGREEMENT = 0.6;

/** Guesses by the first lines, quoted text left out; `sep=;` in the first line, as Excel has it, decides. */
export function guessSeparator(sample: string): Separator {
  const declared = declaredSeparator(sample);
  if (declared !== undefined) return declared;
  const lines = firstLines(sample);
  let best: Separator = '';
  let bestShare = AGREEMENT;
  for (const candidate of CANDIDATES) {
    const share = agreement(lines.map((line) => line.split(candidate).length - 1));
    if (share > bestShare || (share === bestShare && best === '')) {
      best = candidate;
      bestShare = share;
    }
  }
  return best;
}

export function declaredSeparator(text: string): Separator | undefined {
  const found = /^sep=([;,\t])(?:\r|\n|$)/i.exec(text)?.[1];
  return CANDIDATES.find((candidate) => candidate === found);
}

/** Quoted parts are blotted out first, with the line ends inside them; the last line may be cut by the sample's end. */
function firstLines(sample: string): string[] {
  const lines = sample.replace(/"(?:[^"]|"")*"/g, '"').split(/\r\n|\n|\r/);
  const whole = lines.length > 1 ? lines.slice(0, -1) : lines;
  return whole.filter((line) => line.trim() !== '').slice(0, GUESSED_LINES);
}

/** The share of lines that have the most usual number of separators, zero not counted. */
function agreement(counts: number[]): number {
  const lines = new Map<number, number>();
  for (const count of counts) if (count > 0) lines.set(count, (lines.get(count) ?? 0) + 1);
  return counts.length === 0 ? 0 : Math.max(0, ...lines.values()) / counts.length;
}
