import { extraOf, type Judged } from '../rows.ts';
import type { SheetTask } from '../types.ts';
import { CREATED } from '../verdicts.ts';

const MOST_ROWS = 20_000;
const MOST_TEXT = 6 * 2 ** 20;

/** Rows of one sheet that are written in one transaction: a verdict for each, and the contacts to try as lines of COPY. */
export class Batch {
  readonly sheet: SheetTask;
  readonly #verdicts = new Uint8Array(MOST_ROWS);
  #rows = 0;
  #lines = '';
  #width = 0;
  contacts = 0;

  constructor(sheet: SheetTask) {
    this.sheet = sheet;
  }

  /** A contact counts as created until the database objects. */
  add(judged: Judged, cells: readonly string[]): void {
    if (cells.length > this.#width) this.#width = cells.length;
    if (typeof judged === 'number') {
      this.#verdicts[this.#rows] = judged;
    } else {
      const extra = extraOf(cells, this.sheet);
      this.#lines += `${this.#rows}\t${field(judged.key)}\t${field(judged.value)}\t${extra === null ? '\\N' : field(extra)}\n`;
      this.#verdicts[this.#rows] = CREATED;
      this.contacts += 1;
    }
    this.#rows += 1;
  }

  get full(): boolean {
    return this.#rows >= MOST_ROWS || this.#lines.length >= MOST_TEXT;
  }

  get rows(): number {
    return this.#rows;
  }

  get width(): number {
    return this.#width;
  }

  get lines(): string {
    return this.#lines;
  }

  get verdicts(): Uint8Array {
    return this.#verdicts.subarray(0, this.#rows);
  }
}

const special = /[\\\t\n\r]/;
const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

const field = (text: string): string =>
  special.test(text) ? text.replace(/[\\\t\n\r]/g, (sign) => escapes[sign] ?? sign) : text;
