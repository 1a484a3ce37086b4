import { type ContactKind, normaliseKey } from '../../../lib/keys/index.ts';
import { openTable, type Table } from '../../../lib/spreadsheet.ts';
import type { Row } from '../../../lib/xlsx/index.ts';
import { hasMark, storable } from '../rows.ts';
import { type ColumnLook, type Preview, type SheetPreview, type SourceFile, TELLING_KINDS } from '../types.ts';

const HEAD_ROWS = 30;
const SAMPLE_ROWS = 200;
const COLUMNS = 40;
const TELLING_COLUMNS = 12;
const CELL = 200;
/** Rows are counted to the end as long as that takes no longer. */
const COUNTING_MS = 4_000;
/** What takes longer to read is only counted from then on, where that is quicker. */
const READING_MS = 600;

/** The first rows of every sheet, what its columns seem to hold, and how many rows there are. Throws a TableFault. */
export async function previewFile({ path, originalName }: SourceFile): Promise<Preview> {
  const began = performance.now();
  const table = await openTable(path, originalName);
  try {
    const sheets: SheetPreview[] = [];
    for (const { index, name, hidden, active } of table.sheets) {
      const look = await lookAt(table, index, began);
      // Marks are a habit of the old workbooks: beside a contact of a text list stand its own columns.
      if (table.format !== 'xlsx') look.marked = 0;
      sheets.push({ index, name, hidden, active, ...look });
    }
    return { format: table.format, sheets };
  } finally {
    await table.close();
  }
}

type Look = Omit<SheetPreview, 'index' | 'name' | 'hidden' | 'active'>;

async function lookAt(table: Table, index: number, began: number): Promise<Look> {
  const look: Look = {
    rows: 0,
    counted: true,
    width: 0,
    cut: false,
    head: [],
    columns: [],
    marked: 0,
    sampled: 0,
  };
  const readUntil = began + (table.count ? READING_MS : COUNTING_MS);
  for await (const rows of table.rows(index)) {
    for (const row of rows) take(look, row);
    if (performance.now() < readUntil) continue;
    look.counted = false;
    break;
  }
  const rows = look.counted ? undefined : await table.count?.(index, began + COUNTING_MS);
  return rows === undefined ? look : { ...look, rows, counted: true };
}

function take(look: Look, row: Row): void {
  look.rows += 1;
  if (row.cells.length > look.width) look.width = row.cells.length;
  if (row.cut) look.cut = true;
  if (look.head.length < HEAD_ROWS) look.head.push({ number: row.number, cells: shortened(row.cells) });
  if (look.sampled >= SAMPLE_ROWS || row.cells.length === 0) return;
  look.sampled += 1;
  if (hasMark(row.cells, 0)) look.marked += 1;
  row.cells.slice(0, COLUMNS).forEach((cell, column) => {
    look.columns[column] ??= { filled: 0, kinds: noKinds() };
    weigh(look.columns[column], cell, column);
  });
}

function weigh(look: ColumnLook, cell: string, column: number): void {
  if (cell.trim() === '') return;
  look.filled += 1;
  if (column >= TELLING_COLUMNS) return;
  for (const kind of TELLING_KINDS) if (normaliseKey(cell, kind).ok) look.kinds[kind] += 1;
}

const noKinds = () => Object.fromEntries(TELLING_KINDS.map((kind: ContactKind) => [kind, 0])) as ColumnLook['kinds'];

const shortened = (cells: string[]): string[] => cells.slice(0, COLUMNS).map((cell) => storable(cell.slice(0, CELL)));
