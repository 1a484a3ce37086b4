import { type Key, normaliseKey } from '../../lib/keys/index.ts';
import type { Row } from '../../lib/xlsx/index.ts';
import type { SheetTask } from './types.ts';
import { DUPLICATE, EMPTY, HEADER, invalidCode, USED_MARK } from './verdicts.ts';

/** What a row is before the database is asked: a verdict already, or a contact new to this file. */
export type Judged = number | { key: Key; value: string };

type Reading = Pick<SheetTask, 'kind' | 'column' | 'firstRow' | 'usedMarks'>;

/** Judges one row by itself and by the rows before it. `isNew` remembers a key and says whether it had not seen it. */
export function judgeRow(row: Row, sheet: Reading, isNew: (key: Key) => boolean): Judged {
  if (row.number < sheet.firstRow) return HEADER;
  const cell = row.cells[sheet.column] ?? '';
  const verdict = normaliseKey(cell, sheet.kind);
  if (!verdict.ok) return isBlank(row.cells) ? EMPTY : invalidCode(cell.trim() === '' ? 'empty' : verdict.reason);
  const used = sheet.usedMarks && hasMark(row.cells, sheet.column);
  if (!isNew(verdict.key)) return DUPLICATE;
  return used ? USED_MARK : { key: verdict.key, value: tidy(cell) };
}

/** Something in B–D: in the old files it says that the contact was used. */
export function hasMark(cells: readonly string[], valueColumn: number): boolean {
  for (let column = 1; column <= 3; column += 1) {
    if (column !== valueColumn && (cells[column] ?? '').trim() !== '') return true;
  }
  return false;
}

/** The filled cells beside the value with their names (already JSON), as JSON; null when there are none. */
export function extraOf(cells: readonly string[], valueColumn: number, names: readonly string[]): string | null {
  let pairs = '';
  for (let at = 0; at < cells.length; at += 1) {
    const cell = cells[at];
    if (at === valueColumn || cell === undefined || cell === '') continue;
    const text = storable(cell).trim();
    if (text !== '') pairs += `${pairs === '' ? '' : ','}[${names[at]},${JSON.stringify(text)}]`;
  }
  return pairs === '' ? null : `[${pairs}]`;
}

/** Excel's letters of a column, from 0. */
export const columnLetter = (index: number): string =>
  (index >= 26 ? columnLetter(Math.floor(index / 26) - 1) : '') + String.fromCharCode(65 + (index % 26));

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
export const storable = (text: string): string =>
  /[\0\ud800-\udfff]/.test(text) ? text.replaceAll('\0', '').toWellFormed() : text;

const isBlank = (cells: readonly string[]): boolean => cells.every((cell) => cell.trim() === '');

// Excel's marks are no part of the contact: `=`, `'` and spaces around.
const tidy = (cell: string): string =>
  storable(cell)
    .trim()
    .replace(/^[='\s]+/, '');
