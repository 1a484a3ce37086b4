import { WorkbookFault } from '../fault.ts';
import { decodeText } from './text.ts';

/** The tag being opened; valid only during the call that hands it over. */
export interface XmlTag {
  readonly name: string;
  /** The text that the tag lies in; `find` answers positions in it. */
  readonly source: string;
  /** The decoded value of an attribute by its local name (`r:id` is `id`), or undefined. */
  attribute(name: string): string | undefined;
  /** Where the value of an attribute begins, or -1: for those millions of times when a string would be too dear. */
  find(name: string): number;
}

const NEEDS_MORE = -1;
const [SPACE, DOUBLE_QUOTE, SINGLE_QUOTE, SLASH, COLON, EQUALS, GT] = [32, 34, 39, 47, 58, 61, 62];

/**
 * Reads one opening tag. It only notes where the attributes lie and makes a string of one when asked: a sheet has millions of
 * tags, and this is where its reading time goes.
 */
export class XmlTagReader implements XmlTag {
  name = '';
  source = '';
  empty = false;
  #count = 0;
  /** Four positions an attribute: name from, name to, value from, value to. */
  readonly #spans: number[] = [];

  /** Reads the tag whose name begins at `start`; answers the position after `>`, or -1 when the tag is not all there yet. */
  read(source: string, start: number): number {
    let at = start;
    let nameStart = start;
    let code = source.charCodeAt(at);
    while (code > SPACE && code !== GT && code !== SLASH) {
      at += 1;
      if (code === COLON) nameStart = at;
      code = source.charCodeAt(at);
    }
    this.source = source;
    this.name = source.slice(nameStart, at);
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

  find(name: string): number {
    const index = this.#indexOf(name);
    return index === -1 ? -1 : (this.#spans[index + 2] ?? 0);
  }

  #indexOf(name: string): number {
    const first = name.charCodeAt(0);
    for (let index = 0; index < this.#count; index += 4) {
      const from = this.#spans[index] ?? 0;
      const length = (this.#spans[index + 1] ?? 0) - from;
      if (length !== name.length || this.source.charCodeAt(from) !== first) continue;
      if (length === 1 || this.source.startsWith(name, from)) return index;
    }
    return -1;
  }

  #attributes(source: string, start: number): number {
    let at = start;
    for (;;) {
      let code = source.charCodeAt(at);
      while (code <= SPACE) {
        at += 1;
        code = source.charCodeAt(at);
      }
      if (code === GT) {
        this.empty = false;
        return at + 1;
      }
      if (code === SLASH) return this.#emptyEnd(source, at + 1);
      at = this.#attribute(source, at);
      if (at === NEEDS_MORE) return NEEDS_MORE;
    }
  }

  #emptyEnd(source: string, at: number): number {
    if (at >= source.length) return NEEDS_MORE;
    if (source.charCodeAt(at) !== GT) throw broken();
    this.empty = true;
    return at + 1;
  }

  #attribute(source: string, start: number): number {
    let at = start;
    let nameStart = start;
    let code = source.charCodeAt(at);
    while (code > SPACE && code !== EQUALS && code !== GT) {
      at += 1;
      if (code === COLON) nameStart = at;
      code = source.charCodeAt(at);
    }
    const nameEnd = at;
    if (code <= SPACE) at = skipSpace(source, at);
    if (at >= source.length) return NEEDS_MORE;
    if (source.charCodeAt(at) !== EQUALS || nameEnd === nameStart) throw broken();
    at = skipSpace(source, at + 1);
    if (at >= source.length) return NEEDS_MORE;
    const quote = source.charCodeAt(at);
    if (quote !== DOUBLE_QUOTE && quote !== SINGLE_QUOTE) throw broken();
    return this.#value(source, nameStart, nameEnd, at + 1, quote);
  }

  #value(source: string, nameStart: number, nameEnd: number, start: number, quote: number): number {
    let at = start;
    while (at < source.length && source.charCodeAt(at) !== quote) at += 1;
    if (at >= source.length) return NEEDS_MORE;
    const base = this.#count;
    this.#spans[base] = nameStart;
    this.#spans[base + 1] = nameEnd;
    this.#spans[base + 2] = start;
    this.#spans[base + 3] = at;
    this.#count = base + 4;
    return at + 1;
  }
}

function skipSpace(source: string, start: number): number {
  let at = start;
  while (source.charCodeAt(at) <= SPACE) at += 1;
  return at;
}

function broken(): WorkbookFault {
  return new WorkbookFault('damaged', 'a broken tag');
}
