import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import { CSV_BOM, type CsvValue, csvLine } from '../../lib/tabletext/index.ts';
import { type SheetSource, writeWorkbook } from '../../lib/xlsx/index.ts';
import { beginDownload, csvType, xlsxType } from '../../web/download.ts';

/** Sends sheets as a workbook, made while it is sent. */
export async function sendWorkbook(res: Response, name: string, sheets: Iterable<SheetSource>): Promise<void> {
  beginDownload(res, `${name}.xlsx`, xlsxType);
  await quietly(res, writeWorkbook(res, sheets));
}

/** Sends a sheet as a CSV that Excel opens, made while it is sent. */
export async function sendCsv(res: Response, name: string, sheet: SheetSource): Promise<void> {
  beginDownload(res, `${name}.csv`, csvType);
  await quietly(res, pipeline(Readable.from(csvLines(sheet)), res));
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
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!res.destroyed || !['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'].includes(code)) throw error;
  }
}
