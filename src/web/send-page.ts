import { constants } from 'node:zlib';
import type { Request, Response } from 'express';
import { Gzip } from 'minizlib';

const SMALL = 1_000;

/** Answers with a page or a part of one, compressed if the browser takes that. */
export const sendPage = (req: Request, res: Response, body: Buffer | string): void =>
  sendPacked(req, res, 'text/html; charset=utf-8', body);

/** The same for a part of a page that travels in JSON. */
export const sendJson = (req: Request, res: Response, value: object): void =>
  sendPacked(req, res, 'application/json; charset=utf-8', JSON.stringify(value));

/**
 * What is sent is here already, so packing it at once takes a few tenths of a millisecond; a stream of the thread pool costs the same thread
 * three times as much. Pages shrink tenfold at the cheapest level; the dearest would win a tenth more for ten times the work.
 */
function sendPacked(req: Request, res: Response, type: string, body: Buffer | string): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const packs = bytes.length > SMALL && takesGzip(req);
  const packed = packs ? gzipped(bytes) : bytes;
  res.set({ 'Content-Type': type, Vary: 'Accept-Encoding', 'Content-Length': String(packed.length) });
  if (packs) res.set('Content-Encoding', 'gzip');
  res.end(packed);
}

let idle: Gzip | undefined;

// One packer for all answers: each of its own would stay in memory, with what it packed, until V8 looks through the whole heap (decision 24).
function gzipped(bytes: Buffer): Buffer {
  const gzip = idle ?? new Gzip({ level: 1 });
  // One that throws is not taken again.
  idle = undefined;
  gzip.write(bytes);
  gzip.flush(constants.Z_FINISH);
  const packed = gzip.read();
  if (!packed) throw new Error('An answer could not be packed');
  gzip.reset();
  idle = gzip;
  return packed;
}

const MOST_KNOWN = 100;
const known = new Map<string, boolean>();

// Browsers name all they take without an order; there are a handful of such headers.
function takesGzip(req: Request): boolean {
  const header = String(req.headers['accept-encoding']);
  const before = known.get(header);
  if (before !== undefined) return before;
  const takes = req.acceptsEncodings('gzip') !== false;
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(header, takes);
  return takes;
}
