import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { TextDecoder } from 'node:util';
import { TextTableFault } from './fault.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1251';

const SAMPLE_BYTES = 64 * 1024;

/** The first bytes of a file, enough to guess by. */
export async function readSample(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const sample = Buffer.alloc(SAMPLE_BYTES);
    const { bytesRead } = await file.read(sample, 0, SAMPLE_BYTES, 0);
    return sample.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/**
 * Byte order mark, else zero bytes where UTF-16 has them, else UTF-8 if the whole file is, else windows-1251. Throws `not-text` for
 * what is no text in any of them.
 */
export async function detectEncoding(path: string, sample: Buffer): Promise<Encoding> {
  if (sample[0] === 0xff && sample[1] === 0xfe) return 'utf-16le';
  if (sample[0] === 0xfe && sample[1] === 0xff) return 'utf-16be';
  const wide = withoutMark(sample);
  if (wide !== undefined) return wide;
  if (looksBinary(sample)) throw new TextTableFault('not-text');
  const broken = await firstBrokenUtf8(path);
  return broken === undefined || mostlyUtf8(broken) ? 'utf-8' : 'windows-1251';
}

/** Latin and digits have a zero as the upper byte in UTF-16, Russian letters a 4; no other text has either. */
function withoutMark(sample: Buffer): Encoding | undefined {
  let even = 0;
  let odd = 0;
  for (let at = 0; at < sample.length; at += 1) {
    if (sample[at] !== 0 && sample[at] !== 4) continue;
    if (at % 2 === 0) even += 1;
    else odd += 1;
  }
  const pairs = sample.length / 2;
  if (odd > pairs * 0.7 && even < pairs * 0.1) return 'utf-16le';
  return even > pairs * 0.7 && odd < pairs * 0.1 ? 'utf-16be' : undefined;
}

/**
 * Text has tabs and line ends, now and then a form feed, and the NULs that some databases fill their fields with; pictures and
 * archives are full of other control bytes.
 */
function looksBinary(sample: Buffer): boolean {
  let control = 0;
  let zeros = 0;
  for (const byte of sample) {
    if (byte === 0) zeros += 1;
    else if (byte < 32 && (byte < 9 || byte > 13) && byte !== 26 && byte !== 27) control += 1;
  }
  return zeros > sample.length * 0.3 || (control > 4 && control + zeros > sample.length * 0.01);
}

/** The neighbourhood of the first bytes that are no UTF-8, or undefined. A file of plain digits may turn Russian at its very end. */
async function firstBrokenUtf8(path: string): Promise<Buffer | undefined> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
    const bytes: Buffer = Buffer.concat([rest, chunk]);
    const end = bytes.length - unfinished(bytes);
    if (!isUtf8(bytes.subarray(0, end))) return bytes;
    rest = bytes.subarray(end);
  }
  return rest.length > 0 && !isUtf8(rest) ? rest : undefined;
}

/** How many bytes at the end may begin a letter that goes on in the next chunk. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) return back;
    if (byte < 0x80) return 0;
  }
  return 0;
}

/** One broken letter in a UTF-8 file must not turn all the others into windows-1251 rubbish. */
function mostlyUtf8(bytes: Buffer): boolean {
  const text = new TextDecoder('utf-8').decode(bytes);
  const replaced = text.split('\uFFFD').length - 1;
  const letters = text.match(/[\u0080-\uFFFC]/g)?.length ?? 0;
  return letters > replaced * 4;
}
