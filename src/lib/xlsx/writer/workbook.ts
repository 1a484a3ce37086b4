import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { MAX_SHEET_ROWS } from '../limits.ts';
import { sheetPart, workbookParts } from './parts.ts';
import { Pieces } from './pieces.ts';
import { createRowWriter, type RowBatch } from './row-bytes.ts';
import { createSheetNamer } from './sheet-names.ts';
import { type Column, sheetClosing, sheetOpening } from './sheet-xml.ts';
import { type ZipPart, zipChunks } from './zip.ts';

export interface SheetSource {
  name: string;
  /** At least one. */
  columns: readonly Column[];
  /** Batches of rows, asked for only when the reader of the file has taken the ones before. */
  rows: Iterable<RowBatch> | AsyncIterable<RowBatch>;
}

export interface WriterLimits {
  /** Rows of a sheet, the header's included, before a continuation sheet begins. */
  sheetRows: number;
  /** XML of a sheet before a continuation sheet begins: a zip entry with its size behind it must stay under 4 GiB. */
  sheetBytes: number;
}

const PIECE = 64 * 1024;
const DEFAULTS: WriterLimits = { sheetRows: MAX_SHEET_ROWS, sheetBytes: 3.5 * 2 ** 30 };

/**
 * Streams an .xlsx into `output` and ends it. Every sheet gets a bold frozen header and a filter; a sheet that is full goes on as
 * `Name (2)`. Memory does not grow with the rows. When the reader goes away or a source throws, the sources are closed, `output` is
 * destroyed and the promise rejects.
 */
export async function writeWorkbook(
  output: Writable,
  sheets: Iterable<SheetSource> | AsyncIterable<SheetSource>,
  limits: Partial<WriterLimits> = {},
): Promise<void> {
  const chunks = zipChunks(workbookZip(sheets, { ...DEFAULTS, ...limits }));
  await pipeline(Readable.from(chunks, { objectMode: false, highWaterMark: PIECE }), output);
}

async function* workbookZip(
  sheets: Iterable<SheetSource> | AsyncIterable<SheetSource>,
  limits: WriterLimits,
): AsyncGenerator<ZipPart> {
  const nameSheet = createSheetNamer();
  const names: string[] = [];
  for await (const { name, columns, rows } of sheets) {
    if (columns.length === 0) throw new RangeError('a sheet needs a column');
    const cursor = createCursor(rows);
    try {
      do {
        names.push(nameSheet(name));
        yield { name: sheetPart(names.length - 1), content: sheetPieces(columns, cursor, names.length === 1, limits) };
      } while (await cursor.fill());
    } finally {
      await cursor.close();
    }
  }
  if (names.length === 0) throw new RangeError('a workbook needs a sheet');
  for (const [name, content] of workbookParts(names)) yield { name, content: [Buffer.from(content)] };
}

/** A place in the batches: they go on where one sheet was full. */
interface Cursor {
  batch: RowBatch;
  /** The next row of the batch. */
  row: number;
  /** Waits until there is a next row; false at the end. */
  fill(): Promise<boolean>;
  close(): Promise<void>;
}

function createCursor(rows: SheetSource['rows']): Cursor {
  const source = Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]();
  let done = false;
  const cursor: Cursor = {
    batch: [],
    row: 0,
    async fill() {
      while (cursor.row >= cursor.batch.length && !done) {
        const next = await source.next();
        done = next.done === true;
        cursor.batch = next.done ? [] : next.value;
        cursor.row = 0;
      }
      return cursor.row < cursor.batch.length;
    },
    async close() {
      if (!done) await source.return?.();
    },
  };
  return cursor;
}

async function* sheetPieces(
  columns: readonly Column[],
  cursor: Cursor,
  selected: boolean,
  limits: WriterLimits,
): AsyncGenerator<Buffer> {
  const writeRow = createRowWriter(columns);
  const pieces = new Pieces();
  yield* pieces.add(sheetOpening(columns, selected));
  let number = 1;
  while (number < limits.sheetRows && pieces.bytes < limits.sheetBytes && (await cursor.fill())) {
    while (cursor.row < cursor.batch.length && number < limits.sheetRows && pieces.bytes < limits.sheetBytes) {
      number += 1;
      const full = pieces.addRow(writeRow, number, cursor.batch, cursor.row);
      cursor.row += 1;
      if (full.length > 0) yield* full;
    }
  }
  yield* pieces.add(sheetClosing(columns, number));
  yield* pieces.rest();
}
