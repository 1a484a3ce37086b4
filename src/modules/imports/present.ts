import type { ImportRow } from './imports.ts';
import { STALE_SECONDS } from './resume.ts';
import { columnLetter } from './rows.ts';
import type { SampleRow } from './sample.ts';
import type { ImportStatus } from './schemas.ts';
import type { PlannedBase, SheetPreview, Tallies } from './types.ts';
import { detailOf, GROUPS, type Group, groupOf, sumGroups, UNREAD } from './verdicts.ts';

export type Say = (key: string, params?: Record<string, unknown>) => string;

const tones: Record<ImportStatus, string> = {
  draft: 'neutral',
  queued: 'info',
  running: 'info',
  interrupted: 'warning',
  finished: 'success',
  failed: 'danger',
  cancelled: 'neutral',
  undoing: 'info',
  undone: 'neutral',
};
export const statusPill = (t: Say, status: ImportStatus) => ({
  text: t(`imports:status.${status}`),
  kind: tones[status],
});

const groupTones: Record<ReturnType<typeof groupOf>, string> = {
  header: 'neutral',
  created: 'success',
  duplicateInFile: 'warning',
  alreadyInBase: 'warning',
  issuedBefore: 'warning',
  suppressed: 'danger',
  invalid: 'danger',
  empty: 'neutral',
  unread: 'neutral',
};

/** A verdict in words: the group, and what the code says besides. */
function verdictWords(t: Say, code: number, bases: PlannedBase[]): [verdict: string, reason: string] {
  const group = groupOf(code);
  return [t(`imports:verdicts.${group}`), reasonOf(t, code, bases)];
}

function reasonOf(t: Say, code: number, bases: PlannedBase[]): string {
  const detail = detailOf(code);
  if (detail?.is === 'fault') return t(`imports:keyFaults.${detail.fault}`);
  if (detail?.is === 'mark') return t('imports:reasons.mark');
  if (detail?.is === 'noValue') return t('imports:reasons.noValue');
  const base = detail?.is === 'base' ? bases[detail.base]?.name : undefined;
  const group = groupOf(code);
  if (group === 'alreadyInBase' || group === 'issuedBefore') {
    return base ? t(`imports:reasons.${group}In`, { base }) : t(`imports:reasons.${group}`);
  }
  return group === 'created' || group === 'header' || group === 'empty' ? '' : t(`imports:reasons.${group}`);
}

/** The words of every code, for the verdict file. */
export const allWords = (t: Say, bases: PlannedBase[]): Record<number, [string, string]> =>
  Object.fromEntries(Array.from({ length: UNREAD + 1 }, (_, code) => [code, verdictWords(t, code, bases)]));

function verdictPill(t: Say, code: number, bases: PlannedBase[]) {
  const [text, reason] = verdictWords(t, code, bases);
  return { text, reason, kind: groupTones[groupOf(code)] };
}

/** The columns of a sheet to choose from: the letter, and the header or the first value. */
export function columnChoices({ width, head }: SheetPreview, headers: string[], firstRow: number) {
  const first = head.find(({ number, cells }) => number >= firstRow && cells.length > 0)?.cells ?? [];
  return Array.from({ length: Math.min(Math.max(width, 1), 256) }, (_, at) => {
    const words = headers[at] || first[at] || '';
    return { value: at, text: `${columnLetter(at)}${words ? ` — ${words.slice(0, 40)}` : ''}` };
  });
}

/** Rows of the sample as the table component takes them; only so many columns, the value's among them. */
export function sampleTable(t: Say, rows: SampleRow[], column: number, width: number, bases: PlannedBase[]) {
  const shown = [...new Set([column, ...Array.from({ length: Math.min(width, 6) }, (_, at) => at)])].sort(
    (a, b) => a - b,
  );
  return {
    columns: shown.map((at) => ({ text: columnLetter(at), isValue: at === column })),
    rows: rows.map(({ number, cells, code }) => ({
      number,
      cells: shown.map((at) => cells[at] ?? ''),
      verdict: verdictPill(t, code, bases),
    })),
  };
}

/** The counts that must add up to the rows read. */
export const countsOf = (row: ImportRow) =>
  GROUPS.map((group) => ({ group, count: row[group], tone: groupTones[group] }));

export type SheetResult = { name: string; base: string; read: number; sums: Record<Group, number> };

/** How each sheet fared, the ones left out among them. */
export function sheetResults({ preview, plan, tallies }: ImportRow): SheetResult[] {
  return plan.sheets.map(({ index, base }) => {
    const sums = sumGroups(codesOf(tallies, index));
    return {
      name: preview.sheets.find((sheet) => sheet.index === index)?.name ?? '',
      base: plan.bases.find(({ id }) => id === base)?.name ?? '',
      read: GROUPS.reduce((sum, group) => sum + sums[group], 0),
      sums,
    };
  });
}

/** Why rows were not taken, with counts, the most frequent first. */
export function reasonCounts(
  t: Say,
  { plan, tallies }: ImportRow,
): { verdict: string; reason: string; count: number }[] {
  const counts = new Map<number, number>();
  for (const sheet of Object.keys(tallies)) {
    for (const [code, rows] of codesOf(tallies, Number(sheet))) counts.set(code, (counts.get(code) ?? 0) + rows);
  }
  return [...counts]
    .filter(([code]) => !['created', 'header'].includes(groupOf(code)))
    .map(([code, count]) => {
      const [verdict, reason] = verdictWords(t, code, plan.bases);
      return { verdict, reason, count };
    })
    .sort((a, b) => b.count - a.count);
}

const codesOf = (tallies: Tallies, sheet: number): [number, number][] =>
  Object.entries(tallies[sheet]?.codes ?? {}).map(([code, rows]) => [Number(code), rows]);

/** Where a running import stands. `stale`: its worker seems gone, and the next minute will tell. */
export function progressOf(
  { rowsRead, rowsExpected, heartbeatAt, status }: ImportRow,
  speed: number | null,
  now: Date,
) {
  const left = rowsExpected === null ? null : Math.max(rowsExpected - rowsRead, 0);
  const silent = heartbeatAt ? (now.getTime() - heartbeatAt.getTime()) / 1000 : 0;
  return {
    speed: speed && Math.round(speed),
    secondsLeft: speed && left !== null ? Math.ceil(left / speed) : null,
    share: rowsExpected ? Math.min(rowsRead / rowsExpected, 1) : null,
    stale: status === 'running' && silent > STALE_SECONDS,
  };
}
