import type { Row } from './row.ts';

/** Characters read before the rows so far are handed out, however few: a row may hold a mebibyte. */
const BATCH_CHARACTERS = 2 ** 22;

/** Gathers rows until there are enough to hand out: `size` of them, or less when they are long. */
export class Batches {
  readonly #size: number;
  #rows: Row[] = [];
  #characters = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** Takes rows and how many characters (of XML: bytes) it took to read them; answers the batches that are full. */
  add(rows: Row[], characters: number): Row[][] {
    this.#rows = this.#rows.concat(rows);
    this.#characters += characters;
    const full: Row[][] = [];
    for (; this.#rows.length >= this.#size; this.#rows = this.#rows.slice(this.#size))
      full.push(this.#rows.slice(0, this.#size));
    if (this.#characters > BATCH_CHARACTERS) full.push(...this.rest());
    if (full.length > 0) this.#characters = 0;
    return full;
  }

  rest(): Row[][] {
    const rows = this.#rows;
    this.#rows = [];
    return rows.length > 0 ? [rows] : [];
  }
}
