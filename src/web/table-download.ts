import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import { CSV_BOM, type CsvValue, csvLine } from '../lib/tabletext/index.ts';
import { type SheetSource, writeWorkbook } from '../lib/xlsx/index.ts';
import { beginDownload, csvType, txtType, xlsxType } from './download.ts';

export type Table = { name: string; format: 'xlsx' | 'csv'; sheet: SheetSource };

/** Sends one table as a file of the format asked for, row by row as it is made. */
export function sendTable(res: Response, { name, format, sheet }: Table): Promise<void> {
  if (format === 'xlsx') return sendWorkbook(res, name, [sheet]);
  beginDownload(res, `${name}.csv`, csvType);
  return unlessGone(res, pipeline(Readable.from(csvLines(sheet)), res));
}

/** Sends sheets as one workbook, made while it is sent. */
export function sendWorkbook(res: Response, name: string, sheets: Iterable<SheetSource>): Promise<void> {
  beginDownload(res, `${name}.xlsx`, xlsxType);
  return unlessGone(res, writeWorkbook(res, sheets));
}

/** Sends text, made while it is sent. */
export function sendText(res: Response, name: string, pieces: AsyncIterable<string>): Promise<void> {
  beginDownload(res, `${name}.txt`, txtType);
  return unlessGone(res, pipeline(Readable.from(pieces), res));
}

async function* csvLines({ columns, rows }: SheetSource): AsyncGenerator<string> {
  yield CSV_BOM + csvLine(columns.map(({ header }) => header));
  for await (const batch of rows) yield batch.map((row) => csvLine(row as CsvValue[])).join('');
}

const gone = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'ECONNRESET', 'EPIPE']);

// A person who closes the download is no fault of ours; anything else is.
async function unlessGone(res: Response, sending: Promise<void>): Promise<void> {
  try {
    await sending;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!res.destroyed || !gone.has(code)) throw error;
  }
}
