import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { asWorkbookFault, WorkbookFault } from '../fault.ts';
import type { WorkbookLimits } from '../limits.ts';

const STORED = 0;
const DEFLATED = 8;
const INFLATE_CHUNK = 64 * 1024;

/** The zip around a workbook: its parts by name, read as checked streams. */
export interface Package {
  has(name: string): boolean;
  /** The unpacked bytes of a part; throws `damaged` when they do not match the size and checksum that the zip promises. */
  read(name: string): AsyncGenerator<Uint8Array>;
  close(): void;
}

/** Opens the zip and judges it by its central directory before a single byte is unpacked. */
export async function openPackage(path: string, limits: WorkbookLimits): Promise<Package> {
  const zip = await openZip(path);
  try {
    const entries = await preflight(zip, limits);
    return {
      has: (name) => entries.has(keyOf(name)),
      read: (name) => readPart({ path, zip }, entries.get(keyOf(name)), name),
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw asWorkbookFault(error);
  }
}

async function openZip(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { autoClose: false, lazyEntries: true, decodeStrings: false });
  } catch (error) {
    throw asWorkbookFault(error);
  }
}

async function preflight(zip: ZipFile, limits: WorkbookLimits): Promise<Map<string, Entry | 'twice'>> {
  if (zip.entryCount > limits.entries) throw new WorkbookFault('too-many-entries', `${zip.entryCount} entries`);
  const entries = new Map<string, Entry | 'twice'>();
  let unpacked = 0;
  for await (const entry of zip.eachEntry()) {
    unpacked += entry.uncompressedSize;
    judge(entry, unpacked, limits);
    const key = keyOf(String(entry.fileName));
    entries.set(key, entries.has(key) ? 'twice' : entry);
  }
  return entries;
}

function judge(entry: Entry, unpacked: number, limits: WorkbookLimits): void {
  if (entry.isEncrypted()) throw new WorkbookFault('encrypted', 'an encrypted zip entry');
  const ratio = entry.uncompressedSize / Math.max(entry.compressedSize, 1);
  if (entry.uncompressedSize > limits.ratioFloorBytes && ratio > limits.ratio) {
    throw new WorkbookFault('bomb', `an entry unpacks ${Math.round(ratio)} times`);
  }
  if (unpacked > limits.unpackedBytes)
    throw new WorkbookFault('too-large', `over ${limits.unpackedBytes} bytes unpacked`);
}

/** Part names are compared without case, and some writers begin them with a slash or use backslashes. */
function keyOf(name: string): string {
  return name.replaceAll('\\', '/').replace(/^\/+/, '').toLowerCase();
}

type Source = { path: string; zip: ZipFile };

async function* readPart(from: Source, entry: Entry | 'twice' | undefined, name: string): AsyncGenerator<Uint8Array> {
  if (entry === undefined) throw new WorkbookFault('damaged', `no part ${name}`);
  if (entry === 'twice') throw new WorkbookFault('damaged', `two parts of one name: ${name}`);
  let size = 0;
  let checksum = 0;
  try {
    for await (const chunk of await unpack(from, entry)) {
      size += chunk.length;
      if (size > entry.uncompressedSize) throw new WorkbookFault('bomb', `${name} is larger than it says`);
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
  } catch (error) {
    throw asWorkbookFault(error);
  }
  if (size !== entry.uncompressedSize || checksum !== entry.crc32) {
    throw new WorkbookFault('damaged', `${name} fails its checksum`);
  }
}

async function unpack(from: Source, entry: Entry): Promise<AsyncIterable<Uint8Array>> {
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    throw new WorkbookFault('damaged', `compression method ${entry.compressionMethod}`);
  }
  const packed = await packedBytes(from, entry);
  if (entry.compressionMethod === STORED) return packed;
  // The callback has nothing to do: whoever iterates the stream gets the error too.
  return pipeline(packed, createInflateRaw({ chunkSize: INFLATE_CHUNK }), () => {});
}

// Not yauzl's own stream: that one ends the process when it is left while another one reads.
async function packedBytes({ path, zip }: Source, entry: Entry): Promise<Readable> {
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  if (entry.compressedSize === 0) return Readable.from([]);
  return createReadStream(path, { start: fileDataStart, end: fileDataStart + entry.compressedSize - 1 });
}
