import { isHeaderWord, normaliseKey } from '../../lib/keys/index.ts';
import { baseOfTitle } from '../../lib/sheet-titles.ts';
import type { ImportBase } from './bases.ts';
import { hasMark } from './rows.ts';
import { type Preview, type SheetPlan, type SheetPreview, TELLING_KINDS, type TellingKind } from './types.ts';

/** How much of a column must look like a kind before we say that it is one. */
const CONVINCING = 0.6;

/**
 * What a person would most likely choose: bases by the sheets' titles as the old workbooks have them; where no title is
 * known the active sheet by the file's name or by what its cells are. What nobody can guess stays open for a person.
 */
export function guessPlan(preview: Preview, bases: ImportBase[], originalName: string): SheetPlan[] {
  const titled = preview.sheets.some(({ name }) => baseByTitle(name, bases) !== undefined);
  return preview.sheets.map((sheet) => {
    const base =
      baseByTitle(sheet.name, bases) ??
      (titled || !sheet.active ? undefined : (baseByFileName(originalName, bases) ?? baseByCells(sheet, bases)));
    return planSheet(sheet, base);
  });
}

/** The value column, the first row and the marks of a sheet, for a base or before there is one. */
export function planSheet(sheet: SheetPreview, base: ImportBase | undefined): SheetPlan {
  const column = guessColumn(sheet, base);
  const firstRow = guessFirstRow(sheet, column, base);
  const open = sheet.rows === 0 ? 'skip' : null;
  return {
    index: sheet.index,
    base: base?.id ?? open,
    column,
    firstRow,
    usedMarks: looksMarked(sheet, column, firstRow),
  };
}

function baseByTitle(title: string, bases: ImportBase[]): ImportBase | undefined {
  const code = baseOfTitle(title, Object.fromEntries(bases.map(({ code, sheetTitles }) => [code, sheetTitles])));
  return bases.find((base) => base.code === code);
}

function baseByFileName(name: string, bases: ImportBase[]): ImportBase | undefined {
  const words = name.replace(/\.\w+$/, '').split(/[^\p{L}]+/u);
  const found = new Set(words.map((word) => baseByTitle(word, bases)).filter((base) => base !== undefined));
  return found.size === 1 ? [...found][0] : undefined;
}

// Several bases may hold phones, and a bare nick may live in three networks: then a person says which.
function baseByCells(sheet: SheetPreview, bases: ImportBase[]): ImportBase | undefined {
  const kinds = TELLING_KINDS.filter((kind) => bestShare(sheet, [kind]) >= CONVINCING);
  const fitting = bases.filter(({ kind }) => kinds.some((convincing) => convincing === kind));
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** Column A as the old format has it; another one when its cells are contacts and those of A are not. */
function guessColumn(sheet: SheetPreview, base: ImportBase | undefined): number {
  const kinds = TELLING_KINDS.filter((kind) => (base ? kind === base.kind : kind !== 'url'));
  const scores = sheet.columns.map((_, column) => share(sheet, column, kinds));
  const best = Math.max(0, ...scores);
  if (best < CONVINCING / 2) return columnByHeader(sheet);
  return (scores[0] ?? 0) >= best / 2 ? 0 : scores.indexOf(best);
}

function columnByHeader(sheet: SheetPreview): number {
  const column = sheet.head[0]?.cells.findIndex((cell) => isHeaderWord(cell)) ?? 0;
  return Math.max(column, 0);
}

const bestShare = (sheet: SheetPreview, kinds: TellingKind[]): number =>
  Math.max(0, ...sheet.columns.map((_, column) => share(sheet, column, kinds)));

function share(sheet: SheetPreview, column: number, kinds: TellingKind[]): number {
  const look = sheet.columns[column];
  if (!look || look.filled === 0) return 0;
  return Math.max(0, ...kinds.map((kind) => look.kinds[kind])) / look.filled;
}

/** Headers stand above the first contact: words, not values, and never more than a few rows. */
function guessFirstRow(sheet: SheetPreview, column: number, base: ImportBase | undefined): number {
  const first = sheet.head[0]?.number ?? 1;
  for (const [at, { number, cells }] of sheet.head.slice(0, 6).entries()) {
    const cell = (cells[column] ?? '').trim();
    if (cell === '') continue;
    if (isHeaderWord(cell) || (!isContact(cell, base) && /^[\p{L}\s.,:;()№"/-]+$/u.test(cell))) {
      return (sheet.head[at + 1]?.number ?? number + 1) as number;
    }
    return at === 0 ? first : number;
  }
  return first;
}

const isContact = (cell: string, base: ImportBase | undefined): boolean =>
  base ? normaliseKey(cell, base.kind).ok : TELLING_KINDS.some((kind) => kind !== 'url' && normaliseKey(cell, kind).ok);

const OLD_HEADERS = /^(|id|user_?id|user ?name|юзер\w*|ник\w*|кто|кому|агент|дата|date|взял|выдан\w*)$/iu;

/** Like the old files: contacts in A, in B–D who took it and when, nothing beyond. */
function looksMarked(sheet: SheetPreview, column: number, firstRow: number): boolean {
  const above = sheet.head.filter(({ number, cells }) => number < firstRow && cells.length > 0);
  // What stands in B–D of a header is its names, not marks.
  const marked = sheet.marked - above.filter(({ cells }) => hasMark(cells, 0)).length;
  const sampled = sheet.sampled - above.length;
  if (column !== 0 || sheet.width > 4 || marked === 0) return false;
  const header = above.at(-1)?.cells ?? [];
  if (![1, 2, 3].every((at) => OLD_HEADERS.test((header[at] ?? '').trim()))) return false;
  const named = [1, 2, 3].some((at) => (header[at] ?? '').trim() !== '');
  const rows = sheet.head.filter(({ number, cells }) => number >= firstRow && cells.length > 0);
  return named || rows.some(({ cells }) => !hasMark(cells, 0)) || marked < sampled;
}
