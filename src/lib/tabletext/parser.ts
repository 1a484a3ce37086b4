import type { Row } from '../xlsx/row.ts';
import { TextTableFault } from './fault.ts';
import type { Separator } from './separator.ts';

const MAX_LINE = 2 ** 20;
const [NUL, LF, CR, QUOTE] = [0, 10, 13, 34];

type State = 'start' | 'plain' | 'quoted' | 'quote-in-quoted';

/**
 * A push parser of RFC 4180 and its usual breaches: feed it text cut anywhere, `take` the rows. Lines end in CRLF, LF or CR; a quote
 * matters only at the beginning of a cell; NULs are dropped; every line has a number, empty ones too. Without a separator a
 * line is one cell, and quotes count only when they enclose the whole line.
 */
export class TextTableParser {
  readonly #separator: number;
  readonly #columns: number;
  #rows: Row[] = [];
  #row: Row = { number: 1, cells: [] };
  #column = 0;
  #cell = '';
  #length = 0;
  #state: State = 'start';
  #afterCr = false;

  constructor(separator: Separator, columns: number) {
    this.#separator = separator === '' ? -1 : separator.charCodeAt(0);
    this.#columns = columns;
  }

  write(chunk: string): void {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const code = chunk.charCodeAt(at);
      if (!this.#isSpecial(code)) {
        if (this.#state === 'start' || this.#state === 'quote-in-quoted') this.#state = 'plain';
        this.#afterCr = false;
        continue;
      }
      this.#append(chunk, from, at);
      from = at + 1;
      this.#special(code);
    }
    this.#append(chunk, from, chunk.length);
  }

  end(): void {
    if (this.#state === 'quoted') throw new TextTableFault('unclosed-quote', this.#row.number);
    if (this.#length > 0 || this.#column > 0) this.#endRow();
  }

  take(): Row[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  #isSpecial(code: number): boolean {
    return code === this.#separator || code === LF || code === CR || code === QUOTE || code === NUL;
  }

  #append(chunk: string, from: number, to: number): void {
    if (from === to) return;
    this.#lengthen(to - from);
    this.#cell += chunk.slice(from, to);
  }

  #lengthen(characters: number): void {
    this.#length += characters;
    if (this.#length > MAX_LINE) throw new TextTableFault('line-too-long', this.#row.number);
  }

  #special(code: number): void {
    const secondOfCrLf = code === LF && this.#afterCr;
    this.#afterCr = false;
    if (code === NUL || secondOfCrLf) return;
    if (code === QUOTE && this.#separator !== -1) this.#quote();
    else if (this.#state === 'quoted' || code === QUOTE) this.#literal(code);
    else if (code === this.#separator) this.#endCell();
    else {
      this.#endRow();
      this.#afterCr = code === CR;
    }
  }

  #quote(): void {
    this.#lengthen(1);
    if (this.#state === 'start') this.#state = 'quoted';
    else if (this.#state === 'quoted') this.#state = 'quote-in-quoted';
    else {
      // A doubled quote inside quotes, or a stray one in plain text.
      if (this.#state === 'quote-in-quoted') this.#state = 'quoted';
      this.#cell += '"';
    }
  }

  #literal(code: number): void {
    this.#append(String.fromCharCode(code), 0, 1);
    if (this.#state === 'start') this.#state = 'plain';
  }

  #endCell(): void {
    this.#lengthen(1);
    this.#keepCell(this.#cell);
    this.#column += 1;
    this.#cell = '';
    this.#state = 'start';
  }

  #endRow(): void {
    this.#keepCell(this.#separator === -1 ? unquoted(this.#cell) : this.#cell);
    const { cells, number } = this.#row;
    while (cells.at(-1) === '') cells.pop();
    this.#rows.push(this.#row);
    this.#row = { number: number + 1, cells: [] };
    this.#column = 0;
    this.#cell = '';
    this.#length = 0;
    this.#state = 'start';
  }

  #keepCell(cell: string): void {
    if (this.#column < this.#columns) this.#row.cells.push(cell);
    else if (cell !== '') this.#row.cut = true;
  }
}

function unquoted(line: string): string {
  if (line.length < 2 || !line.startsWith('"') || !line.endsWith('"')) return line;
  const inner = line.slice(1, -1);
  return inner.replaceAll('""', '').includes('"') ? line : inner.replaceAll('""', '"');
}
