import type { Row } from '../../../src/lib/spreadsheet.ts';
import { type ModelRow, shownCell } from './model.ts';

export function expectedRow({ number, cells, far }: ModelRow): Row {
  const shown = trimmed(cells.map(shownCell));
  return far ? { number, cells: shown, cut: true } : { number, cells: shown };
}

export function trimmed(cells: readonly string[]): string[] {
  return cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1);
}

/** A row that holds nothing may be left out or come empty; every other one must come. */
export function filled(rows: readonly Row[]): Row[] {
  return rows.filter(({ cells, cut }) => cells.length > 0 || cut);
}
