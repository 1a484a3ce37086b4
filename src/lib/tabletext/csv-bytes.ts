import { type CopiedRows, cellStart, cellText, isBlank } from '../copied-rows.ts';
import { Pieces } from '../xlsx/writer/pieces.ts';
import type { RowWriter } from '../xlsx/writer/row-bytes.ts';
import type { Column } from '../xlsx/writer/sheet-xml.ts';
import type { SheetSource } from '../xlsx/writer/workbook.ts';
import { CSV_BOM, type CsvValue, csvCell, csvLine } from './csv-line.ts';

const NO_ROOM = -1;
const [APOSTROPHE, SEMICOLON, CR, LF] = [39, 59, 13, 10];
const WIDEST = 3;
/** The apostrophe and the separator. */
const AROUND = 2;
/** A byte that may ask for more than copying wherever it stands. */
const SPECIAL = Uint8Array.from({ length: 256 }, (_, byte) => ('\\";\r\n'.includes(String.fromCharCode(byte)) ? 1 : 0));
const FORMULA = Uint8Array.from({ length: 256 }, (_, byte) => ('=+-@'.includes(String.fromCharCode(byte)) ? 1 : 0));
/** Spaces of ASCII, and the first bytes of all other spaces, which ask for quotes at an end. */
const SPACE = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte <= 32 || byte === 0xc2 || byte === 0xe1 || byte === 0xe2 || byte === 0xe3 || byte === 0xef ? 1 : 0,
);

/**
 * A table as the bytes of a CSV for Excel, by pieces; the next is made while one is sent. A piece is good until the next but one is
 * asked for.
 */
export async function* csvPieces({ columns, rows }: Pick<SheetSource, 'columns' | 'rows'>): AsyncGenerator<Buffer> {
  const pieces = new Pieces();
  const writeRow = createLineWriter(columns);
  yield* pieces.add(CSV_BOM + csvLine(columns.map(({ header }) => header)));
  for await (const batch of rows) {
    for (let row = 0; row < batch.length; row += 1) {
      const full = pieces.addRow(writeRow, 0, batch, row);
      if (full.length > 0) yield* full;
    }
  }
  yield* pieces.rest();
}

function createLineWriter(columns: readonly Column[]): RowWriter {
  return (target, start, _number, batch, row) => {
    if ('ends' in batch) return copiedLine(target, start, columns, batch, row);
    return text(target, start, csvLine((batch[row] ?? []) as readonly CsvValue[]));
  };
}

function copiedLine(target: Buffer, start: number, columns: readonly Column[], rows: CopiedRows, row: number): number {
  let at = start;
  for (let index = 0; index < columns.length; index += 1) {
    const { cell: place = index, shown, type } = columns[index] ?? {};
    const cell = row * rows.width + place;
    const from = cellStart(rows, cell);
    const to = rows.ends[cell] ?? from;
    if (at + (to - from) + AROUND + 2 > target.length) return NO_ROOM;
    if (!isBlank(rows.bytes, from, to)) {
      const plain = shown || type === 'number' ? NO_ROOM : copiedCell(target, at, rows.bytes, from, to);
      at = plain === NO_ROOM ? text(target, at, shownCell(rows.bytes, from, to, columns[index])) : plain;
      if (at === NO_ROOM || at + AROUND + 2 > target.length) return NO_ROOM;
    }
    target[at] = SEMICOLON;
    at += 1;
  }
  target[at - 1] = CR;
  target[at] = LF;
  return at + 1;
}

/** A cell that needs no quotes, as nearly none does; else NO_ROOM, and what was written is void. */
function copiedCell(target: Buffer, start: number, bytes: Buffer, from: number, to: number): number {
  const [first = 0, last = 0] = [bytes[from], bytes[to - 1]];
  const edge = SPACE[first] === 1 || last <= 32 || SPACE[bytes[to - 2] ?? 0] === 1 || SPACE[bytes[to - 3] ?? 0] === 1;
  if (edge && (first <= 32 || first >= 0x80 || last <= 32 || last >= 0x80)) return NO_ROOM;
  let at = start;
  if (FORMULA[first] === 1) {
    target[at] = APOSTROPHE;
    at += 1;
  }
  for (let index = from; index < to; index += 1) {
    const byte = bytes[index] ?? 0;
    if (SPECIAL[byte] === 1) return NO_ROOM;
    target[at] = byte;
    at += 1;
  }
  return at;
}

function shownCell(bytes: Buffer, from: number, to: number, column: Column | undefined): string {
  const cell = cellText(bytes, from, to);
  const value = column?.shown ? column.shown(cell) : cell;
  return csvCell(column?.type === 'number' && Number.isFinite(Number(value)) ? Number(value) : value);
}

function text(target: Buffer, start: number, content: string): number {
  return start + content.length * WIDEST > target.length ? NO_ROOM : start + target.write(content, start);
}
