import { WorkbookFault } from '../fault.ts';
import { XmlScanner } from '../xml/scanner.ts';
import { decodeText, isPlain, literalText, unescapeCell } from '../xml/text.ts';
import { StringTable } from './string-table.ts';

/**
 * The shared strings of a workbook, read only as far as the cells seen so far need: a preview of the first rows of a big file
 * does not wait for its millionth string.
 */
export class SharedStrings {
  readonly #table: StringTable;
  readonly #scanner: XmlScanner;
  readonly #source: AsyncGenerator<Buffer> | undefined;
  #done = false;
  #turn: Promise<void> = Promise.resolve();

  constructor(source: AsyncGenerator<Buffer> | undefined, maxBytes: number) {
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
  readonly #table: StringTable;
  #text = '';
  /** Where a text lies that came in one piece: most are copied from there as they are. */
  #source: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;
  #phonetic = 0;
  #reading = false;

  constructor(table: StringTable) {
    this.#table = table;
  }

  open(name: string): void {
    if (name === 't') this.#reading = this.#phonetic === 0;
    else if (name === 'si') this.#begin();
    else if (name === 'rPh') this.#phonetic += 1;
  }

  text(source: Buffer, start: number, end: number, literal: boolean): void {
    if (!this.#reading) return;
    if (!literal && this.#text === '' && this.#end === 0) {
      if (this.#source !== source) this.#source = source;
      this.#start = start;
      this.#end = end;
      return;
    }
    this.#decode();
    this.#add(literal ? literalText(source, start, end) : decodeText(source, start, end));
  }

  close(name: string): void {
    if (name === 't') this.#reading = false;
    else if (name === 'si') this.#finish();
    else if (name === 'rPh') this.#phonetic -= 1;
  }

  #begin(): void {
    this.#text = '';
    this.#end = 0;
  }

  #finish(): void {
    if (this.#end > 0 && isPlain(this.#source, this.#start, this.#end)) {
      this.#table.addBytes(this.#source, this.#start, this.#end);
    } else {
      this.#decode();
      this.#table.add(unescapeCell(this.#text));
    }
  }

  /** Makes the text of the piece that was only noted. */
  #decode(): void {
    if (this.#end === 0) return;
    this.#text = decodeText(this.#source, this.#start, this.#end);
    this.#end = 0;
  }

  #add(piece: string): void {
    this.#text = this.#text === '' ? piece : joined(this.#text, piece);
  }
}

const MAX_CELL = 2 ** 20;

/** Runs of one cell together must stay under the same 1 MiB as a single text. */
export function joined(text: string, piece: string): string {
  if (text.length + piece.length > MAX_CELL) throw new WorkbookFault('too-large', 'a cell over 1 MiB');
  return text + piece;
}
