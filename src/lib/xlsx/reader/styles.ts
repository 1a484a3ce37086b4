import { WorkbookFault } from '../fault.ts';
import type { Package } from './package.ts';
import { readXml } from './read-xml.ts';

/** How a number in a cell is shown: as itself, as a date, as a time of day, or as hours gone by. */
export type NumberKind = 'number' | 'date' | 'time' | 'elapsed';

/** Excel allows 64,000 cell formats; some broken programs leave a few more. */
const MAX_FORMATS = 200_000;
/** Excel's own limit is 255; looking for brackets takes the square of the length. */
const MAX_CODE = 1_000;

/** The kind of every cell format, by its index in cellXfs (the `s` of a cell). */
export async function readStyles(pack: Package, part: string): Promise<NumberKind[]> {
  const custom = new Map<number, NumberKind>();
  const kinds: NumberKind[] = [];
  await readXml(pack, part, (name, tag, parents) => {
    if (name === 'numFmt' && parents.at(-1) === 'numFmts') {
      custom.set(Number(tag.attribute('numFmtId')), kindOfFormat(tag.attribute('formatCode') ?? ''));
    } else if (name === 'xf' && parents.at(-1) === 'cellXfs') {
      const id = Number(tag.attribute('numFmtId') ?? 0);
      kinds.push(custom.get(id) ?? kindOfBuiltin(id));
    }
    if (custom.size > MAX_FORMATS || kinds.length > MAX_FORMATS)
      throw new WorkbookFault('too-large', 'too many styles');
  });
  return kinds;
}

/** ECMA-376 part 1, 18.8.30; 27-36 and 50-58 are dates of the East Asian versions. */
function kindOfBuiltin(id: number): NumberKind {
  if (id >= 14 && id <= 17) return 'date';
  if (id >= 18 && id <= 21) return 'time';
  if (id === 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58)) return 'date';
  if (id === 46) return 'elapsed';
  return id === 45 || id === 47 ? 'time' : 'number';
}

/** Reads a custom format code. Quoted text, escaped characters, colours and locales are taken out before looking for date letters. */
export function kindOfFormat(code: string): NumberKind {
  const positive =
    code
      .slice(0, MAX_CODE)
      .replace(/"[^"]*"|\\.|[_*]./g, '')
      .split(';')[0] ?? '';
  if (/\[(?:h+|m+|s+)\]/i.test(positive)) return 'elapsed';
  const letters = positive.replace(/\[[^\]]*\]|general|am\/pm|a\/p/gi, '').toLowerCase();
  if (/[yd]/.test(letters)) return 'date';
  if (/[hs]/.test(letters)) return 'time';
  return letters.includes('m') ? 'date' : 'number';
}
