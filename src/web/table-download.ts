import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import type { Request, Response } from 'express';
import { inReading, type ReadingCtx } from '../ctx.ts';
import { csvPieces } from '../lib/tabletext/index.ts';
import { type SheetSource, writeWorkbook } from '../lib/xlsx/index.ts';
import { beginDownload, csvType, txtType, xlsxType } from './download.ts';
import { ctxOf } from './request.ts';

export type Table = { name: string; format: 'xlsx' | 'csv'; sheet: SheetSource };

/**
 * Makes a big file on a connection of the exports' own, whose ctx `work` gets. When all are taken, nothing of a file has been sent yet:
 * the person reads that it is busy.
 */
export async function exporting(
  req: Request,
  res: Response,
  work: (reading: ReadingCtx) => Promise<void>,
): Promise<void> {
  const ctx = ctxOf(req);
  await inReading(ctx, async (reading) => {
    if (res.destroyed) return;
    res.setTimeout(ctx.exports.stallSeconds * 1000, () => res.destroy());
    await work(reading);
  });
}

/** Sends one table as a file of the format asked for, row by row as it is made. */
export function sendTable(res: Response, { name, format, sheet }: Table): Promise<void> {
  if (format === 'xlsx') return sendWorkbook(res, name, [sheet]);
  beginDownload(res, `${name}.csv`, csvType);
  return sendPieces(res, csvPieces(sheet));
}

/** Sends sheets as one workbook, made while it is sent. */
export function sendWorkbook(res: Response, name: string, sheets: Iterable<SheetSource>): Promise<void> {
  beginDownload(res, `${name}.xlsx`, xlsxType);
  return unlessGone(res, writeWorkbook(res, sheets));
}

/** Sends text, made while it is sent. */
export function sendText(res: Response, name: string, texts: AsyncIterable<string>): Promise<void> {
  beginDownload(res, `${name}.txt`, txtType);
  return sendPieces(res, bytesOf(texts));
}

async function* bytesOf(texts: AsyncIterable<string>): AsyncGenerator<Buffer> {
  for await (const text of texts) yield Buffer.from(text);
}

/** Packed for whoever takes it packed: a list shrinks to a tenth, and zlib works beside us. */
function sendPieces(res: Response, pieces: AsyncIterable<Buffer>): Promise<void> {
  res.vary('Accept-Encoding');
  if (!res.req.acceptsEncodings('gzip')) return unlessGone(res, feed(pieces, res));
  res.set('Content-Encoding', 'gzip');
  const gzip = createGzip({ level: constants.Z_BEST_SPEED, chunkSize: 64 * 1024 });
  return unlessGone(res, Promise.all([feed(pieces, gzip), pipeline(gzip, res)]));
}

/** One piece is being taken while the next is made. */
async function feed(pieces: AsyncIterable<Buffer>, into: Writable): Promise<void> {
  let before: Promise<void> | undefined;
  try {
    for await (const piece of pieces) {
      await before;
      before = taken(into, piece);
      before.catch(() => {});
    }
    await before;
    into.end();
  } catch (error) {
    into.destroy(error instanceof Error ? error : undefined);
    throw error;
  }
}

const taken = (into: Writable, piece: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    const left = (): void =>
      reject(Object.assign(new Error('The reader is gone'), { code: 'ERR_STREAM_PREMATURE_CLOSE' }));
    if (into.destroyed) return left();
    into.once('close', left);
    into.write(piece, (error) => {
      into.off('close', left);
      if (error) reject(error);
      else resolve();
    });
  });

const gone = new Set([
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_DESTROYED',
  'ECONNRESET',
  'EPIPE',
  'ECANCELED',
  'ABORT_ERR',
]);

// A person who closes the download is no fault of ours; anything else is.
async function unlessGone(res: Response, sending: Promise<unknown>): Promise<void> {
  try {
    await sending;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!res.destroyed || !gone.has(code)) throw error;
  }
}
