import { WorkbookFault } from '../fault.ts';
import { XmlScanner } from '../xml/scanner.ts';
import { decodeText, literalText, unescapeCell } from '../xml/text.ts';
import { StringTable } from './string-table.ts';

/**
 * The shared strings of a workbook, read only as far as the cells seen so far need: a preview of the first rows of a big file
 * does not wait for its millionth string.
 */
export class SharedStrings {
  readonly #table: StringTable;
  readonly #scanner: XmlScanner;
  readonly #source: AsyncGenerator<string> | undefined;
  #done = false;
  #turn: Promise<void> = Promise.resolve();

  constructor(source: AsyncGenerator<string> | undefined, maxBytes: number) {
    this.#source = source;
    this.#table = new StringTable(maxBytes);
    this.#scanner = new XmlScanner(new SharedStringHandler(this.#table));
  }

  has(index: number): boolean {
    return index < this.#table.size;
  }

  get(index: number): string {
    return this.#table.get(index);
  }

  /** Reads on until the string with this index is there; a cell that points past the last string is a damaged file. */
  async ensure(index: number): Promise<void> {
    if (this.has(index)) return;
    this.#turn = this.#turn.then(() => this.#readTo(index));
    await this.#turn;
  }

  async close(): Promise<void> {
    this.#done = true;
    await this.#source?.return(undefined);
  }

  async #readTo(index: number): Promise<void> {
    while (!this.has(index)) {
      const next = this.#done ? undefined : await this.#source?.next();
      if (next === undefined || next.done) {
        if (next?.done && !this.#done) this.#scanner.end();
        this.#done = true;
        throw new WorkbookFault('damaged', `no shared string ${index}`);
      }
      this.#scanner.write(next.value);
    }
  }
}

/** An `si` is one `t`, or several inside runs; a phonetic guide (`rPh`) is not part of the text. */
class SharedStringHandler {
  readonly #table: { add(text: string): void };
  #text = '';
  #phonetic = 0;
  #reading = false;

  constructor(table: { add(text: string): void }) {
    this.#table = table;
  }

  open(name: string): void {
    if (name === 't') this.#reading = this.#phonetic === 0;
    else if (name === 'si') this.#text = '';
    else if (name === 'rPh') this.#phonetic += 1;
  }

  text(source: string, start: number, end: number, literal: boolean): void {
    if (!this.#reading) return;
    const piece = literal ? literalText(source, start, end) : decodeText(source, start, end);
    this.#text = this.#text === '' ? piece : joined(this.#text, piece);
  }

  close(name: string): void {
    if (name === 't') this.#reading = false;
    else if (name === 'si') this.#table.add(unescapeCell(this.#text));
    else if (name === 'rPh') this.#phonetic -= 1;
  }
}

const MAX_CELL = 2 ** 20;

/** Runs of one cell together must stay under the same 1 MiB as a single text. */
export function joined(text: string, piece: string): string {
  if (text.length + piece.length > MAX_CELL) throw new WorkbookFault('too-large', 'a cell over 1 MiB');
  return text + piece;
}
