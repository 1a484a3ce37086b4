import { constants, crc32, createDeflateRaw, type DeflateRaw } from 'node:zlib';

export interface ZipPart {
  name: string;
  /** UTF-8 pieces; some tens of kilobytes each are best. A piece is done with when the next but one is asked for. */
  content: Iterable<Buffer> | AsyncIterable<Buffer>;
}

interface Written {
  name: Buffer;
  offset: number;
  size: number;
  packedSize: number;
  checksum: number;
}

const LIMIT_32 = 0xffffffff;
const LIMIT_16 = 0xffff;
const DEFLATED = 8;
/** Sizes follow the data (bit 3), names are UTF-8 (bit 11). */
const FLAGS = 0x0808;
/** 01.01.1980: the same content makes the same file. */
const DOS_DATE = 0x0021;
const CHUNK = 64 * 1024;

/**
 * A zip as a stream of bytes, deflated for speed rather than size. A part must stay under 4 GiB, the whole may be larger (zip64).
 * `base` is where in its file the zip begins.
 */
export async function* zipChunks(parts: Iterable<ZipPart> | AsyncIterable<ZipPart>, base = 0): AsyncGenerator<Buffer> {
  const written: Written[] = [];
  let offset = base;
  for await (const part of parts) {
    const entry: Written = { name: Buffer.from(part.name), offset, size: 0, packedSize: 0, checksum: 0 };
    yield localHeader(entry);
    yield* deflated(entry, part.content);
    if (entry.size > LIMIT_32 || entry.packedSize > LIMIT_32) throw new RangeError(`${part.name} is over 4 GiB`);
    yield dataDescriptor(entry);
    offset += 30 + entry.name.length + entry.packedSize + 16;
    written.push(entry);
  }
  const directory = Buffer.concat(written.map(centralHeader));
  yield directory;
  yield endOfDirectory(written.length, directory.length, offset);
}

/** One piece is being packed while the next one is made. */
async function* deflated(entry: Written, content: ZipPart['content']): AsyncGenerator<Buffer> {
  const deflate = createDeflateRaw({ level: constants.Z_BEST_SPEED, chunkSize: CHUNK });
  let packed: Buffer[] = [];
  deflate.on('data', (chunk: Buffer) => {
    entry.packedSize += chunk.length;
    packed.push(chunk);
  });
  // Every write's own callback gets the error too.
  deflate.on('error', () => {});
  let before: Promise<void> | undefined;
  try {
    for await (const piece of content) {
      await before;
      before = written(deflate, piece);
      before.catch(() => {});
      entry.size += piece.length;
      entry.checksum = crc32(piece, entry.checksum);
      // Not `yield*`: when the reader goes away its stream throws into this generator, and a list has no way to take that.
      for (const chunk of packed) yield chunk;
      packed = [];
    }
    await before;
    await ended(deflate);
    for (const chunk of packed) yield chunk;
  } finally {
    deflate.destroy();
  }
}

function written(deflate: DeflateRaw, piece: Buffer): Promise<void> {
  return new Promise((resolve, reject) => deflate.write(piece, (error) => (error ? reject(error) : resolve())));
}

function ended(deflate: DeflateRaw): Promise<void> {
  return new Promise((resolve, reject) => {
    deflate.once('end', resolve);
    deflate.once('error', reject);
    deflate.end();
  });
}

function localHeader({ name }: Written): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(FLAGS, 6);
  header.writeUInt16LE(DEFLATED, 8);
  header.writeUInt16LE(DOS_DATE, 12);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, name]);
}

function dataDescriptor({ checksum, packedSize, size }: Written): Buffer {
  const descriptor = Buffer.alloc(16);
  descriptor.writeUInt32LE(0x08074b50, 0);
  descriptor.writeUInt32LE(checksum, 4);
  descriptor.writeUInt32LE(packedSize, 8);
  descriptor.writeUInt32LE(size, 12);
  return descriptor;
}

function centralHeader({ name, offset, size, packedSize, checksum }: Written): Buffer {
  const far = offset >= LIMIT_32;
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(far ? 45 : 20, 4);
  header.writeUInt16LE(far ? 45 : 20, 6);
  header.writeUInt16LE(FLAGS, 8);
  header.writeUInt16LE(DEFLATED, 10);
  header.writeUInt16LE(DOS_DATE, 14);
  header.writeUInt32LE(checksum, 16);
  header.writeUInt32LE(packedSize, 20);
  header.writeUInt32LE(size, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(far ? 12 : 0, 30);
  header.writeUInt32LE(Math.min(offset, LIMIT_32), 42);
  return Buffer.concat([header, name, far ? farOffset(offset) : Buffer.alloc(0)]);
}

function farOffset(offset: number): Buffer {
  const extra = Buffer.alloc(12);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8, 2);
  extra.writeBigUInt64LE(BigInt(offset), 4);
  return extra;
}

function endOfDirectory(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(count, LIMIT_16), 8);
  end.writeUInt16LE(Math.min(count, LIMIT_16), 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(Math.min(offset, LIMIT_32), 16);
  return count >= LIMIT_16 || offset >= LIMIT_32 ? Buffer.concat([endOfFarDirectory(count, size, offset), end]) : end;
}

function endOfFarDirectory(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(56 + 20);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(45, 12);
  record.writeUInt16LE(45, 14);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  record.writeUInt32LE(0x07064b50, 56);
  record.writeBigUInt64LE(BigInt(offset + size), 64);
  record.writeUInt32LE(1, 72);
  return record;
}
