import { columnLetter, extraOf, type Judged } from '../rows.ts';
import type { SheetTask } from '../types.ts';
import { CREATED } from '../verdicts.ts';
import type { CopyLines } from './copy-lines.ts';

const MOST_BYTES = 6 * 2 ** 20;
const MOST_COLUMNS = 256;

/** Rows of one sheet that are written in one transaction: a verdict for each, and the contacts to try as lines of COPY. */
export class Batch {
  readonly sheet: SheetTask;
  readonly #names: string[];
  readonly #lines: CopyLines;
  readonly #verdicts: Uint8Array;
  #rows = 0;
  #width = 0;
  contacts = 0;

  /** Takes over `lines`: whatever they held is gone. `most` is how many rows it may have. */
  constructor(sheet: SheetTask, lines: CopyLines, most: number) {
    this.#verdicts = new Uint8Array(most);
    this.sheet = sheet;
    this.#names = namesOf(sheet);
    this.#lines = lines;
    lines.clear();
  }

  /** A contact counts as created until the database objects. */
  add(judged: Judged, cells: readonly string[]): void {
    if (cells.length > this.#width) this.#width = cells.length;
    if (typeof judged === 'number') {
      this.#verdicts[this.#rows] = judged;
    } else {
      const extra = extraOf(cells, this.sheet.column, this.#names);
      this.#lines.add(
        `${this.#rows}\t${field(judged.key)}\t${field(judged.value)}\t${extra === null ? '\\N' : field(extra)}\n`,
      );
      this.#verdicts[this.#rows] = CREATED;
      this.contacts += 1;
    }
    this.#rows += 1;
  }

  get full(): boolean {
    return this.#rows >= this.#verdicts.length || this.#lines.length >= MOST_BYTES;
  }

  get rows(): number {
    return this.#rows;
  }

  get width(): number {
    return this.#width;
  }

  get lines(): Buffer {
    return this.#lines.bytes;
  }

  get verdicts(): Uint8Array {
    return this.#verdicts.subarray(0, this.#rows);
  }
}

/** What to call each column, as JSON: its header, or Excel's letter. */
const namesOf = ({ headers }: SheetTask): string[] =>
  Array.from({ length: MOST_COLUMNS }, (_, at) => JSON.stringify(headers[at] || columnLetter(at)));

const special = /[\\\t\n\r]/;
const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

const field = (text: string): string =>
  special.test(text) ? text.replace(/[\\\t\n\r]/g, (sign) => escapes[sign] ?? sign) : text;
