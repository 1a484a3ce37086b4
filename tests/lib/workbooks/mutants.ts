import { damagedBytes } from './byte-damage.ts';
import { generateWorkbook, workbookBytes } from './generated.ts';
import { damagedParts } from './part-damage.ts';
import { createRandom, type Random } from './random.ts';
import { generateText } from './text-tables.ts';
import { zipOf } from './zip-bytes.ts';
import { lyingZip } from './zip-damage.ts';

/** The damaged file of this number, with one wound or a few. */
export function mutantOf(seed: number): Buffer {
  const random = createRandom(seed + 2_000_000);
  return random.pick([damagedFile, damagedDirectory, damagedContent, damagedContent, damagedText])(random, seed);
}

function damagedFile(random: Random, seed: number): Buffer {
  return repeatedly(random, workbookBytes(generateWorkbook(seed, 12)), damagedBytes);
}

function damagedDirectory(random: Random, seed: number): Buffer {
  return repeatedly(random, workbookBytes(generateWorkbook(seed, 12)), lyingZip);
}

function damagedContent(random: Random, seed: number): Buffer {
  const { parts, habits } = generateWorkbook(seed, 12);
  return zipOf(repeatedly(random, parts, damagedParts), habits.zip);
}

function damagedText(random: Random, seed: number): Buffer {
  return repeatedly(random, generateText(seed).bytes, damagedBytes);
}

function repeatedly<T>(random: Random, whole: T, damage: (random: Random, whole: T) => T): T {
  let damaged = damage(random, whole);
  while (random.chance(0.25)) damaged = damage(random, damaged);
  return damaged;
}
