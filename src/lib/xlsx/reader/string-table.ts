import { WorkbookFault } from '../fault.ts';
import { textOf } from '../xml/text.ts';

const SLAB_BITS = 22;
const SLAB_BYTES = 2 ** SLAB_BITS;
const OFFSET_BYTES = 4;
/** Names of cities and the like come again and again; one slot an index, the newest wins. Long texts would fill the heap. */
const RECENT = 2 ** 15;
const RECENT_LENGTH = 256;

/**
 * Millions of strings outside the JavaScript heap: UTF-8 in slabs of 4 MiB, four bytes of address a string. A string never
 * crosses a slab; it ends where the next one begins or where its slab was left.
 */
export class StringTable {
  readonly #maxBytes: number;
  readonly #slabs: Buffer[] = [];
  readonly #filled: number[] = [];
  #starts = new Uint32Array(1024);
  #size = 0;
  readonly #recent: string[] = [];
  readonly #recentIndex = new Int32Array(RECENT).fill(-1);

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#size;
  }

  add(text: string): void {
    const slab = this.#slabWithRoom(text.length * 3);
    const start = this.#filled[slab] ?? 0;
    this.#note(slab, this.#slabs[slab]?.write(text, start) ?? 0);
  }

  /** Adds the text whose UTF-8 lies in source[start, end); malformed bytes stay what they are until `get` replaces them. */
  addBytes(source: Buffer, start: number, end: number): void {
    const slab = this.#slabWithRoom(end - start);
    const to = this.#slabs[slab] ?? source;
    const shift = (this.#filled[slab] ?? 0) - start;
    // Most are short: a loop is done before a call of copy() has begun.
    for (let at = start; at < end; at += 1) to[at + shift] = source[at] ?? 0;
    this.#note(slab, end - start);
  }

  #note(slab: number, length: number): void {
    if (this.#size === this.#starts.length) this.#grow();
    const start = this.#filled[slab] ?? 0;
    this.#starts[this.#size] = slab * SLAB_BYTES + start;
    this.#filled[slab] = start + length;
    this.#size += 1;
  }

  get(index: number): string {
    const slot = index % RECENT;
    if (this.#recentIndex[slot] === index) return this.#recent[slot] ?? '';
    const text = this.#decode(index);
    if (text.length > RECENT_LENGTH) return text;
    this.#recentIndex[slot] = index;
    this.#recent[slot] = text;
    return text;
  }

  #decode(index: number): string {
    const address = this.#starts[index] ?? 0;
    const number = address >>> SLAB_BITS;
    const slab = this.#slabs[number];
    if (slab === undefined) return '';
    const next = this.#starts[index + 1] ?? 0;
    const isLast = index + 1 === this.#size || next >>> SLAB_BITS !== number;
    return textOf(slab, address & (SLAB_BYTES - 1), isLast ? (this.#filled[number] ?? 0) : next & (SLAB_BYTES - 1));
  }

  #slabWithRoom(bytes: number): number {
    const last = this.#slabs.length - 1;
    if (last >= 0 && (this.#filled[last] ?? 0) + bytes < SLAB_BYTES) return last;
    const used = (last + 2) * SLAB_BYTES + this.#starts.length * OFFSET_BYTES;
    if (used > this.#maxBytes) throw tooLarge();
    this.#slabs.push(Buffer.allocUnsafeSlow(SLAB_BYTES));
    this.#filled.push(0);
    return last + 1;
  }

  #grow(): void {
    const length = this.#starts.length * 2;
    if (length * OFFSET_BYTES + this.#slabs.length * SLAB_BYTES > this.#maxBytes) throw tooLarge();
    const starts = new Uint32Array(length);
    starts.set(this.#starts);
    this.#starts = starts;
  }
}

function tooLarge(): WorkbookFault {
  return new WorkbookFault('too-large', 'too many shared strings');
}
