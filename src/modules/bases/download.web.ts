import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import { z } from 'zod';
import { CSV_BOM, type CsvValue, csvLine } from '../../lib/tabletext/index.ts';
import { type SheetSource, writeWorkbook } from '../../lib/xlsx/index.ts';
import { beginDownload, csvType, txtType, xlsxType } from '../../web/download.ts';

export const Format = z.enum(['xlsx', 'csv']);
export const OwnFormat = z.enum(['txt', 'xlsx', 'csv']);

/** Sends sheets as a workbook, made while it is sent. */
export async function sendWorkbook(res: Response, name: string, sheets: Iterable<SheetSource>): Promise<void> {
  beginDownload(res, `${name}.xlsx`, xlsxType);
  await quietly(res, writeWorkbook(res, sheets));
}

/** Sends one sheet in the format asked for. */
export function sendTable(
  res: Response,
  { name, format, sheet }: { name: string; format: 'xlsx' | 'csv'; sheet: SheetSource },
): Promise<void> {
  if (format === 'xlsx') return sendWorkbook(res, name, [sheet]);
  beginDownload(res, `${name}.csv`, csvType);
  return quietly(res, pipeline(Readable.from(csvLines(sheet)), res));
}

/** Sends text, made while it is sent. */
export function sendText(res: Response, name: string, pieces: AsyncIterable<string>): Promise<void> {
  beginDownload(res, `${name}.txt`, txtType);
  return quietly(res, pipeline(Readable.from(pieces), res));
}

async function* csvLines({ columns, rows }: SheetSource): AsyncGenerator<string> {
  yield CSV_BOM + csvLine(columns.map(({ header }) => header));
  for await (const batch of rows) yield batch.map((row) => csvLine(row as CsvValue[])).join('');
}

// A person who closes the download is no fault of ours; anything else is.
async function quietly(res: Response, sending: Promise<void>): Promise<void> {
  try {
    await sending;
  } catch (error) {
    if (!res.destroyed || !isGone(error)) throw error;
  }
}

const isGone = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'].includes(String(error.code));
