import type { Habits } from './habits.ts';
import type { Random } from './random.ts';
import type { XmlWords } from './xml-words.ts';

/** Writes texts into the table of shared strings or beside it, plain or in runs with a phonetic guide. */
export interface StringPool {
  indexOf(text: string): number;
  /** What stands inside `si` or `is`. */
  content(text: string): string;
  part(): Buffer;
}

export function createStringPool(random: Random, habits: Habits, words: XmlWords, namespace: string): StringPool {
  const items: string[] = [];
  const known = new Map<string, number>();
  const piece = (text: string) => {
    const kept = habits.preserve === 'always' || (habits.preserve === 'needed' && /^\s|\s$/.test(text));
    return words.tag('t', { 'xml:space': kept ? 'preserve' : undefined }, words.text(text));
  };
  const run = (text: string, bold: boolean) =>
    words.tag('r', {}, (bold ? words.tag('rPr', {}, words.tag('b')) : '') + piece(text));
  const rich = (text: string) => {
    const letters = Array.from(text);
    const middle = random.below(letters.length);
    const guide = words.tag('rPh', { sb: 0, eb: 1 }, piece('かな'));
    return run(letters.slice(0, middle).join(''), true) + guide + run(letters.slice(middle).join(''), false);
  };
  // Excel's own escapes belong to one run.
  const content = (text: string) =>
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are written as escapes
    habits.rich && !/_x|[\u0000-\u0008\r]/.test(text) && random.chance(0.5) ? rich(text) : piece(text);
  return {
    content,
    indexOf(text) {
      const found = known.get(text);
      // Some programs write the same string again and again.
      if (found !== undefined && !habits.trimmings) return found;
      known.set(text, items.length);
      return items.push(words.tag('si', {}, content(text))) - 1;
    },
    part: () => words.part('sst', { xmlns: namespace }, items.join(habits.lineEnd)),
  };
}
