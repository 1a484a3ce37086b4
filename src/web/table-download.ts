import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import { CSV_BOM, type CsvValue, csvLine } from '../lib/tabletext/index.ts';
import { type SheetSource, writeWorkbook } from '../lib/xlsx/index.ts';
import { beginDownload, csvType, xlsxType } from './download.ts';

export type TableFormat = 'xlsx' | 'csv';
export type Table = { name: string; format: TableFormat; sheet: SheetSource };

/** Sends one table as a file of the format asked for, row by row as it is made. */
export async function sendTable(res: Response, { name, format, sheet }: Table): Promise<void> {
  beginDownload(res, `${name}.${format}`, format === 'xlsx' ? xlsxType : csvType);
  const sending = format === 'xlsx' ? writeWorkbook(res, [sheet]) : pipeline(Readable.from(csvLines(sheet)), res);
  await sending.catch((error: NodeJS.ErrnoException) => {
    // The person closed the download: no fault of ours.
    if (!gone.has(error.code ?? '')) throw error;
  });
}

const gone = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'ECONNRESET', 'EPIPE']);

async function* csvLines({ columns, rows }: SheetSource): AsyncGenerator<string> {
  yield CSV_BOM + csvLine(columns.map(({ header }) => header));
  for await (const batch of rows) yield batch.map((row) => csvLine(row as CsvValue[])).join('');
}
