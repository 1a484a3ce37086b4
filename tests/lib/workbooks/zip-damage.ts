import type { Random } from './random.ts';

const CENTRAL = Buffer.from('PK\u0001\u0002');
const END = Buffer.from('PK\u0005\u0006');
const LIES = [0, 1, 0x7f, 0xff, 0xffff, 0x7fffffff, 0xffffffff, 1000, 65_536];
/** Offsets and widths of flags, method, checksum, both sizes, three lengths and the address in a central header. */
const FIELDS = [
  [8, 2],
  [10, 2],
  [16, 4],
  [20, 4],
  [24, 4],
  [28, 2],
  [30, 2],
  [32, 2],
  [42, 4],
] as const;

/** A zip whose directory lies: about a size, a checksum, a method, a name's length, an address, or about how much there is of itself. */
export function lyingZip(random: Random, bytes: Buffer): Buffer {
  const damaged = Buffer.from(bytes);
  if (random.chance(0.2)) return lyingEnd(random, damaged);
  const headers = positions(damaged, CENTRAL);
  if (headers.length === 0) return damaged;
  const [offset, width] = random.pick(FIELDS);
  lie(random, damaged, random.pick(headers) + offset, width);
  return damaged;
}

function lyingEnd(random: Random, damaged: Buffer): Buffer {
  const end = damaged.lastIndexOf(END);
  const [offset, width] = random.pick([
    [8, 2],
    [10, 2],
    [12, 4],
    [16, 4],
    [20, 2],
  ] as const);
  if (end !== -1) lie(random, damaged, end + offset, width);
  return damaged;
}

function lie(random: Random, bytes: Buffer, at: number, width: 2 | 4): void {
  if (at + width > bytes.length) return;
  const truth = bytes.readUIntLE(at, width);
  const told = random.pick([...LIES, truth + 1, Math.max(truth - 1, 0), truth * 2, random.below(70_000)]);
  bytes.writeUIntLE(told % 2 ** (8 * width), at, width);
}

function positions(bytes: Buffer, mark: Buffer): number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + 1)) found.push(at);
  return found;
}
