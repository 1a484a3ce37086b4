import { WorkbookFault } from '../fault.ts';

const SLAB_BYTES = 2 ** 22;
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
    this.#filled[slab] = start + (this.#slabs[slab]?.write(text, start) ?? 0);
    if (this.#size === this.#starts.length) this.#grow();
    this.#starts[this.#size] = slab * SLAB_BYTES + start;
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
    const slab = Math.floor(address / SLAB_BYTES);
    const next = index + 1 < this.#size ? (this.#starts[index + 1] ?? 0) - slab * SLAB_BYTES : SLAB_BYTES;
    const end = next < SLAB_BYTES ? next : this.#filled[slab];
    return this.#slabs[slab]?.toString('utf8', address - slab * SLAB_BYTES, end) ?? '';
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
