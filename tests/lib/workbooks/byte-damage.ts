import type { Random } from './random.ts';

/** One wound of a file on a disk or on its way: it knows nothing of zip or XML. */
export function damagedBytes(random: Random, bytes: Buffer): Buffer {
  const at = random.below(bytes.length + 1);
  const length = 1 + random.below(random.pick([1, 8, 64, 4096]));
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  return random.pick<() => Buffer>([
    () => flipped(random, bytes),
    () => flipped(random, bytes),
    () => before,
    () => after,
    () => Buffer.concat([before, after.subarray(length)]),
    () => Buffer.concat([before, garbage(random, length), after]),
    () => Buffer.concat([before, Buffer.alloc(length, random.pick([0, 255, 32])), after.subarray(length)]),
    () => Buffer.concat([before, before.subarray(-length), after]),
    () => Buffer.concat([bytes, bytes]),
  ])();
}

export function flipped(random: Random, bytes: Buffer): Buffer {
  const damaged = Buffer.from(bytes);
  for (let count = 1 + random.below(4); count > 0 && damaged.length > 0; count -= 1) {
    const at = random.below(damaged.length);
    damaged[at] = (damaged[at] ?? 0) ^ (1 << random.below(8));
  }
  return damaged;
}

function garbage(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.below(256)));
}
