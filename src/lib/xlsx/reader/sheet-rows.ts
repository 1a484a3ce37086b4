import { WorkbookFault } from '../fault.ts';
import { MAX_SHEET_ROWS } from '../limits.ts';
import type { Row } from '../row.ts';
import type { XmlTag } from '../xml/tag.ts';
import { decodeText, literalText, unescapeCell, wholeNumber } from '../xml/text.ts';
import { joined, type SharedStrings } from './shared-strings.ts';
import { shownBySerial, shownIsoDate } from './shown.ts';
import type { NumberKind } from './styles.ts';

export interface SheetContext {
  strings: SharedStrings;
  kinds: readonly NumberKind[];
  date1904: boolean;
  columns: number;
}

type Inside = 'nothing' | 'data' | 'row' | 'cell';

/** Where the text goes that comes next. */
type Reading = 'nothing' | 'value' | 'formula';

/** Stands for a shared string that is not read yet. */
const AWAITED = '?';
const NONE = -1;
/** Characters of shared strings in a few thousand cells; one string of a mebibyte may be named by every one of them. */
const MAX_EXPANSION = 2 ** 25;

/**
 * Turns the XML of a worksheet into rows. Cells whose shared string has not been read yet wait in the row; `settle` reads the
 * strings and fills them in, `take` hands the finished rows over.
 */
export class SheetRows {
  readonly #context: SheetContext;
  #rows: Row[] = [];
  /** Three numbers a cell: its row's place in #rows, its column, the index of its string. */
  readonly #waiting: number[] = [];
  #waitingEnd = 0;
  #inside: Inside = 'nothing';
  #number = 0;
  /** The cells of the row being read; a row gets a copy that is no longer than it is. */
  readonly #cells: string[] = [];
  #width = 0;
  #cut = false;
  #rowsSeen = 0;
  #column = -1;
  #type: string | undefined;
  #style = Number.NaN;
  #value = '';
  /** The value when it is the index of a shared string: no text is made of that. */
  #index = NONE;
  #formula: string | undefined;
  #reading: Reading = 'nothing';
  #expanded = 0;
  #phonetic = 0;

  constructor(context: SheetContext) {
    this.#context = context;
  }

  /** Characters of shared strings in the rows since `take`. */
  get expanded(): number {
    return this.#expanded;
  }

  open(name: string, tag: XmlTag): void {
    if (name === 'sheetData') this.#enter('nothing', 'data');
    else if (this.#inside === 'nothing') return;
    else if (name === 'c') this.#openCell(tag);
    else if (name === 'v') this.#reading = 'value';
    else if (name === 'row') this.#openRow(tag);
    else if (name === 't') this.#reading = this.#phonetic === 0 ? 'value' : 'nothing';
    else if (name === 'f') this.#openFormula();
    else if (name === 'rPh') this.#phonetic += 1;
  }

  text(source: Buffer, start: number, end: number, literal: boolean): void {
    if (this.#reading === 'nothing') return;
    if (this.#reading === 'value' && this.#type === 's' && this.#value === '' && this.#index === NONE) {
      this.#index = wholeNumber(source, start, end);
      if (this.#index !== NONE) return;
    }
    const piece = literal ? literalText(source, start, end) : decodeText(source, start, end);
    if (this.#reading === 'formula') this.#formula = joined(this.#formula ?? '', piece);
    else this.#add(piece);
  }

  close(name: string): void {
    if (this.#inside === 'nothing') return;
    if (name === 'c') this.#closeCell();
    else if (name === 'v' || name === 't' || name === 'f') this.#reading = 'nothing';
    else if (name === 'row') this.#closeRow();
    else if (name === 'rPh') this.#phonetic -= 1;
    else if (name === 'sheetData') this.#inside = 'nothing';
  }

  /** Fills in the cells that wait for a shared string. */
  async settle(): Promise<void> {
    const { strings } = this.#context;
    const waiting = this.#waiting;
    let last = -1;
    for (let at = 2; at < this.#waitingEnd; at += 3) last = Math.max(last, waiting[at] ?? 0);
    if (last >= 0) await strings.ensure(last);
    for (let at = 0; at < this.#waitingEnd; at += 3) {
      const cells = this.#rows[waiting[at] ?? 0]?.cells ?? this.#cells;
      cells[waiting[at + 1] ?? 0] = this.#expand(waiting[at + 2] ?? 0);
    }
    this.#waitingEnd = 0;
  }

  /** The rows finished since the last call; only right after `settle`. */
  take(): Row[] {
    const rows = this.#rows;
    this.#rows = [];
    this.#expanded = 0;
    for (const { cells } of rows) while (cells.at(-1) === '') cells.pop();
    return rows;
  }

  /** Rows lie in the data and cells in rows; in a file where they do not, values would be lost in silence. */
  #enter(from: Inside, to: Inside): void {
    if (this.#inside !== from) throw new WorkbookFault('damaged', `${to} inside ${this.#inside}`);
    this.#inside = to;
  }

  #openRow(tag: XmlTag): void {
    this.#enter('data', 'row');
    this.#rowsSeen += 1;
    if (this.#rowsSeen > MAX_SHEET_ROWS) throw new WorkbookFault('too-large', 'more rows than a sheet can hold');
    const given = tag.number('r');
    this.#number = Number.isInteger(given) && given >= 1 && given <= MAX_SHEET_ROWS ? given : this.#number + 1;
    this.#width = 0;
    this.#cut = false;
    this.#column = -1;
  }

  #closeRow(): void {
    const cells = this.#cells.slice(0, this.#width);
    this.#rows.push(this.#cut ? { number: this.#number, cells, cut: true } : { number: this.#number, cells });
    this.#inside = 'data';
  }

  #openCell(tag: XmlTag): void {
    this.#enter('row', 'cell');
    const reference = tag.find('r');
    const column = reference === -1 ? -1 : columnOf(tag.source, reference);
    this.#column = column === -1 ? this.#column + 1 : column;
    this.#type = tag.attribute('t');
    this.#style = tag.number('s');
    this.#value = '';
    this.#index = NONE;
    this.#formula = undefined;
    this.#reading = 'nothing';
  }

  #add(piece: string): void {
    if (this.#index !== NONE) this.#value = String(this.#index);
    this.#index = NONE;
    this.#value = this.#value === '' ? piece : joined(this.#value, piece);
  }

  #openFormula(): void {
    this.#formula = '';
    this.#reading = 'formula';
  }

  #closeCell(): void {
    this.#inside = 'row';
    const index = this.#index;
    if (index === NONE && this.#value === '' && !this.#isUncounted()) return;
    const column = this.#column;
    if (column >= this.#context.columns) {
      this.#cut = true;
      return;
    }
    const cells = this.#cells;
    if (column < this.#width && cells[column] !== '') throw new WorkbookFault('damaged', 'two cells in one place');
    for (; this.#width <= column; this.#width += 1) cells[this.#width] = '';
    cells[column] = index === NONE ? this.#cellText(column) : this.#shared(column, index);
  }

  /** Some programs leave the counting to Excel and write no result; an empty text that a formula gave is a result. */
  #isUncounted(): boolean {
    return this.#formula !== undefined && this.#type !== 'str';
  }

  #cellText(column: number): string {
    if (this.#value === '') return `=${this.#formula || '?'}`;
    return this.#type === 's' ? this.#shared(column, Number(this.#value)) : this.#shown();
  }

  #shared(column: number, index: number): string {
    if (!Number.isSafeInteger(index) || index < 0) throw new WorkbookFault('damaged', 'a broken shared string index');
    if (this.#context.strings.has(index)) return this.#expand(index);
    const at = this.#waitingEnd;
    this.#waiting[at] = this.#rows.length;
    this.#waiting[at + 1] = column;
    this.#waiting[at + 2] = index;
    this.#waitingEnd = at + 3;
    return AWAITED;
  }

  #expand(index: number): string {
    const text = this.#context.strings.get(index);
    this.#expanded += text.length;
    if (this.#expanded > MAX_EXPANSION)
      throw new WorkbookFault('too-large', 'shared strings too long for their number');
    return text;
  }

  #shown(): string {
    const value = this.#value;
    switch (this.#type) {
      case 'inlineStr':
      case 'str':
        return unescapeCell(value);
      case 'b':
        return value.trim() === '1' || value.trim() === 'true' ? 'TRUE' : 'FALSE';
      case 'e':
        return value;
      case 'd':
        return shownIsoDate(value);
      default:
        return shownBySerial(value, this.#context.kinds[this.#style] ?? 'number', this.#context.date1904);
    }
  }
}

/** The column of the reference that begins at `start` (AB12), from 0; -1 when it is none: Excel ends at XFD. */
function columnOf(source: Buffer, start: number): number {
  let column = 0;
  for (let at = start; at < start + 4; at += 1) {
    const letter = ((source[at] ?? 0) | 32) - 96;
    if (!(letter >= 1 && letter <= 26)) return column - 1;
    column = column * 26 + letter;
  }
  return -1;
}
