import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import type { StoredFile } from '../files/files.ts';
import { ctxOf } from './request.ts';

const shownInline = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'video/mp4',
  'video/webm',
  'video/quicktime',
]);

/**
 * Sends a stored file. Pictures and videos may be shown in place; everything else is an attachment. The sandbox keeps
 * whatever is inside from running as us.
 */
export async function sendFile(
  req: Request,
  res: Response,
  file: StoredFile,
  options: { inline?: boolean } = {},
): Promise<void> {
  const inline = options.inline === true && shownInline.has(file.mime);
  res.set({
    'Content-Type': inline ? file.mime : 'application/octet-stream',
    'Content-Disposition': disposition(inline ? 'inline' : 'attachment', file.originalName),
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'Cache-Control': 'private, max-age=86400, immutable',
    'Accept-Ranges': 'bytes',
  });
  const range = rangeOf(req, file.size);
  if (range === 'unsatisfiable') {
    res.status(416).set('Content-Range', `bytes */${file.size}`).end();
    return;
  }
  if (range) res.status(206).set('Content-Range', `bytes ${range.start}-${range.end}/${file.size}`);
  res.set('Content-Length', String(range ? range.end - range.start + 1 : file.size));
  await pipeline(ctxOf(req).files.read(file.storedAs, range), res).catch(unlessGone);
}

// A reader who has hung up, some of them as soon as they have the last byte, is no fault of ours.
function unlessGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
}

/** Sets the headers of a file that is made while it is sent. */
export function beginDownload(res: Response, name: string, type: string): void {
  res.set({
    'Content-Type': type,
    'Content-Disposition': disposition('attachment', name),
    'Cache-Control': 'no-store',
  });
}

export const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
export const csvType = 'text/csv; charset=utf-8';
export const txtType = 'text/plain; charset=utf-8';

function disposition(kind: 'inline' | 'attachment', name: string): string {
  const plain = name.replace(/[^\w.-]+/g, '_');
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, escape)}`;
}

function rangeOf(req: Request, size: number): { start: number; end: number } | 'unsatisfiable' | undefined {
  const ranges = req.range(size);
  if (ranges === -1) return 'unsatisfiable';
  if (ranges === undefined || ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return undefined;
  return ranges[0];
}
