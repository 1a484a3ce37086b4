import { crc32, deflateRawSync } from 'node:zlib';
import type { ZipHabits } from './habits.ts';

export type Part = readonly [name: string, content: Buffer];

/** A zip written byte by byte, apart from the one under test, so that every habit of a packer can be had and every field told wrong. */
export function zipOf(parts: readonly Part[], habits: ZipHabits): Buffer {
  const pieces: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  parts.forEach(([name, content], index) => {
    const entry = packed(name, content, habits, index);
    directory.push(centralHeader(entry, offset));
    const bytes = localEntry(entry, habits);
    pieces.push(bytes);
    offset += bytes.length;
  });
  const central = Buffer.concat(directory);
  return Buffer.concat([...pieces, central, endOfDirectory(parts.length, central.length, offset, habits)]);
}

interface Packed {
  name: Buffer;
  method: number;
  flags: number;
  checksum: number;
  data: Buffer;
  size: number;
  extra: Buffer;
}

function packed(name: string, content: Buffer, habits: ZipHabits, index: number): Packed {
  const stored = habits.method === 'stored' || name.endsWith('/') || (habits.method === 'mixed' && index % 2 === 0);
  return {
    name: Buffer.from(name),
    method: stored ? 0 : 8,
    flags: 0x0800 | (habits.descriptors ? 8 : 0),
    checksum: crc32(content),
    data: stored ? content : deflateRawSync(content, { level: 6 }),
    size: content.length,
    extra: habits.extra ? Buffer.from('5554050003aabbccdd', 'hex') : Buffer.alloc(0),
  };
}

function fields({ flags, method, checksum, data, size, name, extra }: Packed, later: boolean): Buffer {
  const bytes = Buffer.alloc(26);
  bytes.writeUInt16LE(20, 0);
  bytes.writeUInt16LE(flags, 2);
  bytes.writeUInt16LE(method, 4);
  bytes.writeUInt32LE(0x5a755a75, 6);
  bytes.writeUInt32LE(later ? 0 : checksum, 10);
  bytes.writeUInt32LE(later ? 0 : data.length, 14);
  bytes.writeUInt32LE(later ? 0 : size, 18);
  bytes.writeUInt16LE(name.length, 22);
  bytes.writeUInt16LE(extra.length, 24);
  return bytes;
}

function localEntry(entry: Packed, { descriptors }: ZipHabits): Buffer {
  const head = [Buffer.from('PK\u0003\u0004'), fields(entry, descriptors), entry.name, entry.extra, entry.data];
  if (!descriptors) return Buffer.concat(head);
  const tail = Buffer.alloc(16);
  tail.write('PK\u0007\u0008');
  tail.writeUInt32LE(entry.checksum, 4);
  tail.writeUInt32LE(entry.data.length, 8);
  tail.writeUInt32LE(entry.size, 12);
  return Buffer.concat([...head, tail]);
}

function centralHeader(entry: Packed, offset: number): Buffer {
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(offset, 10);
  const head = [Buffer.from('PK\u0001\u0002\u0014\u0000'), fields(entry, false)];
  return Buffer.concat([...head, tail, entry.name, entry.extra]);
}

function endOfDirectory(count: number, size: number, offset: number, { comment }: ZipHabits): Buffer {
  const note = Buffer.from(comment ? 'Упаковано вручную PK' : '');
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006');
  end.writeUInt16LE(Math.min(count, 0xffff), 8);
  end.writeUInt16LE(Math.min(count, 0xffff), 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(note.length, 20);
  return Buffer.concat([end, note]);
}
