import { WorkbookFault } from '../fault.ts';
import { isAt, XmlNames } from './names.ts';
import { decodeText, wholeNumber } from './text.ts';

/** The tag being opened; valid only during the call that hands it over. */
export interface XmlTag {
  readonly name: string;
  /** The bytes that the tag lies in; `find` answers positions in them. */
  readonly source: Buffer;
  /** The decoded value of an attribute by its local name (`r:id` is `id`), or undefined. */
  attribute(name: string): string | undefined;
  /** What `Number(attribute(name))` would be. */
  number(name: string): number;
  /** Where the value of an attribute begins, or -1: for those millions of times when a string would be too dear. */
  find(name: string): number;
}

const NEEDS_MORE = -1;
const [SPACE, DOUBLE_QUOTE, SINGLE_QUOTE, SLASH, COLON, EQUALS, GT] = [32, 34, 39, 47, 58, 61, 62];

/**
 * Reads one opening tag. It only notes where the attributes lie and makes a string of one when asked: a sheet has millions of
 * tags, and this is where its reading time goes. The source must end with a `>`: that is where every loop stops at the latest,
 * so that none has to look out for the end; only a quoted value may run beyond it.
 */
export class XmlTagReader implements XmlTag {
  name = '';
  source: Buffer = Buffer.alloc(0);
  empty = false;
  readonly #names = new XmlNames();
  #count = 0;
  /** Four positions an attribute: name from, name to, value from, value to. */
  readonly #spans: number[] = [];

  /** Reads the tag whose name begins at `start`; answers the position after `>`, or -1 when the tag is not all there yet. */
  read(source: Buffer, start: number): number {
    let at = start;
    let nameStart = start;
    let code = source[at] ?? GT;
    while (code > SPACE && code !== GT && code !== SLASH) {
      at += 1;
      if (code === COLON) nameStart = at;
      code = source[at] ?? GT;
    }
    // Young objects in old ones cost the garbage collector dearly, and a chunk holds thousands of tags.
    if (this.source !== source) this.source = source;
    this.name = this.#names.at(source, nameStart, at);
    this.#count = 0;
    if (code === GT) {
      this.empty = false;
      return at + 1;
    }
    return this.#attributes(source, at);
  }

  attribute(name: string): string | undefined {
    const index = this.#indexOf(name);
    if (index === -1) return undefined;
    return decodeText(this.source, this.#spans[index + 2] ?? 0, this.#spans[index + 3] ?? 0);
  }

  number(name: string): number {
    const index = this.#indexOf(name);
    if (index === -1) return Number.NaN;
    const value = wholeNumber(this.source, this.#spans[index + 2] ?? 0, this.#spans[index + 3] ?? 0);
    return value === -1 ? Number(this.attribute(name)) : value;
  }

  find(name: string): number {
    const index = this.#indexOf(name);
    return index === -1 ? -1 : (this.#spans[index + 2] ?? 0);
  }

  #indexOf(name: string): number {
    for (let index = 0; index < this.#count; index += 4) {
      if (isAt(this.source, this.#spans[index] ?? 0, this.#spans[index + 1] ?? 0, name)) return index;
    }
    return -1;
  }

  #attributes(source: Buffer, start: number): number {
    let at = start;
    for (;;) {
      at = skipSpace(source, at);
      const code = source[at];
      if (code === GT) {
        this.empty = false;
        return at + 1;
      }
      if (code === SLASH) return this.#emptyEnd(source, at + 1);
      at = this.#attribute(source, at);
      if (at === NEEDS_MORE) return NEEDS_MORE;
    }
  }

  #emptyEnd(source: Buffer, at: number): number {
    if (source[at] !== GT) throw broken();
    this.empty = true;
    return at + 1;
  }

  #attribute(source: Buffer, start: number): number {
    let at = start;
    let nameStart = start;
    let code = source[at] ?? GT;
    while (code > SPACE && code !== EQUALS && code !== GT) {
      at += 1;
      if (code === COLON) nameStart = at;
      code = source[at] ?? GT;
    }
    const nameEnd = at;
    at = skipSpace(source, at);
    if (source[at] !== EQUALS || nameEnd === nameStart) throw broken();
    at = skipSpace(source, at + 1);
    const quote = source[at];
    if (quote !== DOUBLE_QUOTE && quote !== SINGLE_QUOTE) throw broken();
    return this.#value(source, nameStart, nameEnd, at + 1, quote);
  }

  #value(source: Buffer, nameStart: number, nameEnd: number, start: number, quote: number): number {
    let at = start;
    while (at < source.length && source[at] !== quote) at += 1;
    if (at === source.length) return NEEDS_MORE;
    const base = this.#count;
    this.#spans[base] = nameStart;
    this.#spans[base + 1] = nameEnd;
    this.#spans[base + 2] = start;
    this.#spans[base + 3] = at;
    this.#count = base + 4;
    return at + 1;
  }
}

function skipSpace(source: Buffer, start: number): number {
  let at = start;
  while ((source[at] ?? GT) <= SPACE) at += 1;
  return at;
}

function broken(): WorkbookFault {
  return new WorkbookFault('damaged', 'a broken tag');
}
