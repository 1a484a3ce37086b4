const SLOTS = 256;
/** Honest names are short; long ones are not kept, lest a hostile file fill the memory with them. */
const LONGEST = 32;
const ASCII_END = 128;
/** A file with more names than this has none that come again and again. */
const MOST_INTERNED = 1_000;

/** The names of elements, of which a sheet has a dozen, millions of times: the same string each time, not a new one. */
export class XmlNames {
  readonly #names: string[] = Array.from({ length: SLOTS }, () => '');
  #interned = 0;

  at(source: Buffer, start: number, end: number): string {
    if (end - start > LONGEST) return source.toString('utf8', start, end);
    const slot = ((source[start] ?? 0) + 31 * (end - start) + 7 * (source[end - 1] ?? 0)) % SLOTS;
    const known = this.#names[slot] ?? '';
    if (isAt(source, start, end, known)) return known;
    const text = source.toString('utf8', start, end);
    if (this.#interned >= MOST_INTERNED) return text;
    this.#interned += 1;
    const name = interned(text);
    this.#names[slot] = name;
    return name;
  }
}

/** Whether source[start, end) is this name; only one in ASCII is known by its bytes. */
export function isAt(source: Buffer, start: number, end: number, name: string): boolean {
  if (end - start !== name.length) return false;
  for (let at = start; at < end; at += 1) {
    const code = source[at] ?? 0;
    if (code !== name.charCodeAt(at - start) || code >= ASCII_END) return false;
  }
  return true;
}

/** V8 compares strings that were keys of an object by their addresses, others letter by letter. */
function interned(name: string): string {
  return Object.keys({ [name]: true })[0] ?? '';
}
