import type { ContactKind } from '../../lib/keys/index.ts';

/** Kinds that a value shows by its look; `text` takes anything and so says nothing. */
export const TELLING_KINDS = [
  'phone',
  'email',
  'vk',
  'ok',
  'telegram',
  'instagram',
  'url',
] as const satisfies ContactKind[];
export type TellingKind = (typeof TELLING_KINDS)[number];

export type HeadRow = { number: number; cells: string[] };

/** What a look at a column's first cells found: how many are filled, and how many of these are contacts of each kind. */
export type ColumnLook = { filled: number; kinds: Record<TellingKind, number> };

export type SheetPreview = {
  index: number;
  name: string;
  hidden: boolean;
  active: boolean;
  /** Rows that the file holds; `counted` is false when there was no time to count to the end. */
  rows: number;
  counted: boolean;
  /** The widest row. */
  width: number;
  /** Cells beyond the last column that we take were found. */
  cut: boolean;
  head: HeadRow[];
  columns: ColumnLook[];
  /** Rows with something in B–D, and all rows with anything, among those looked at. */
  marked: number;
  sampled: number;
};
export type Preview = { format: 'xlsx' | 'csv' | 'txt'; sheets: SheetPreview[] };

/** What becomes of a sheet. `base` is null until a person decides. */
export type SheetPlan = {
  index: number;
  base: number | 'skip' | null;
  column: number;
  /** The row of Excel with which contacts begin; what stands above is a header. */
  firstRow: number;
  /** Rows with something in B–D were used before and are left out. */
  usedMarks: boolean;
};
export type PlannedBase = { id: number; name: string; kind: ContactKind };
/** `bases` is what verdict bytes point into: all bases as they were when the import started. */
export type Plan = { sheets: SheetPlan[]; bases: PlannedBase[] };

export type SheetTally = { columns: number; codes: Record<string, number> };
export type Tallies = Record<string, SheetTally>;

/** The work of a child process. It gets what it needs with the task and nothing from the environment. */
export type SourceFile = { path: string; originalName: string };
export type SheetTask = {
  index: number;
  name: string;
  baseTypeId: number;
  kind: ContactKind;
  column: number;
  firstRow: number;
  usedMarks: boolean;
  headers: string[];
};
export type RunTask = {
  is: 'run';
  file: SourceFile;
  importId: number;
  databaseUrl: string;
  sheets: SheetTask[];
  baseIds: number[];
  /** The child before it has died; what it asked the database last may still be at work there. */
  succeeds: boolean;
  /** Rows that are written in one transaction. */
  batchRows: number;
};
export type PreviewTask = { is: 'preview'; file: SourceFile };
export type VerdictsTask = {
  is: 'verdicts';
  file: SourceFile;
  importId: number;
  databaseUrl: string;
  sheets: (SheetTask & { columns: number })[];
  onlyProblems: boolean;
  /** Words of each code, made where the reader's language is known. */
  words: Record<number, [verdict: string, reason: string]>;
  titles: { row: string; column: string; verdict: string; reason: string };
};
export type Task = RunTask | PreviewTask | VerdictsTask;

export type RunEnd = 'finished' | 'cancelled' | 'busy';
/** What a child says. `beat` only shows that it is alive. */
export type Message =
  | { is: 'beat' }
  | { is: 'done'; result: unknown }
  | { is: 'fault'; code: string; row?: number }
  | { is: 'error'; message: string };
