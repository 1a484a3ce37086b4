import type { Habits } from './habits.ts';
import { type Cell, type ModelRow, type ModelSheet, shownCell } from './model.ts';
import type { Random } from './random.ts';
import type { StringPool } from './string-pool.ts';
import type { XmlWords } from './xml-words.ts';

const BLANK: Cell = { kind: 'blank' };
const FAR_COLUMN = 300;
const DAYS_TO_1970 = { from1900: 25_569, from1904: 24_107 };

export interface SheetTools {
  random: Random;
  habits: Habits;
  words: XmlWords;
  pool: StringPool;
}

export function sheetContent(tools: SheetTools, sheet: ModelSheet): string {
  const { words, habits } = tools;
  const rows = writtenRows(tools, sheet.rows).map((row) => rowXml(tools, row));
  const dimension = { none: '', right: 'A1:F2000', wrong: 'A1' }[habits.dimension];
  return [
    dimension === '' ? '' : words.tag('dimension', { ref: dimension }),
    habits.trimmings ? trimmingsBefore(words) : '',
    words.tag('sheetData', {}, rows.join(habits.lineEnd)),
    habits.trimmings ? trimmingsAfter(words) : '',
  ].join(habits.lineEnd);
}

function trimmingsBefore({ tag }: XmlWords): string {
  const view = tag('sheetView', { workbookViewId: 0 }, tag('pane', { ySplit: 1, topLeftCell: 'A2', state: 'frozen' }));
  return tag('sheetViews', {}, view) + tag('cols', {}, tag('col', { min: 2, max: 16_384, hidden: 1, width: 9.5 }));
}

function trimmingsAfter({ tag }: XmlWords): string {
  return (
    tag('autoFilter', { ref: 'A1:B1' }) +
    tag('mergeCells', { count: 1 }, tag('mergeCell', { ref: 'A1:C3' })) +
    tag('conditionalFormatting', { sqref: 'A1:A9' }, tag('cfRule', { type: 'expression' }, tag('formula', {}, 'A1'))) +
    tag('extLst', {}, tag('ext', {}, tag('row', {}, tag('c', {}, tag('v', {}, '5')))))
  );
}

/** Who numbers no rows must write the empty ones too. */
function writtenRows({ random, habits }: SheetTools, rows: readonly ModelRow[]): readonly ModelRow[] {
  if (habits.references === 'both' || habits.references === 'rows')
    return habits.rowsOutOfOrder ? random.shuffled(rows) : rows;
  const last = rows.at(-1)?.number ?? 0;
  const known = new Map(rows.map((row) => [row.number, row]));
  return Array.from({ length: last }, (_, at) => known.get(at + 1) ?? { number: at + 1, cells: [], far: false });
}

function rowXml(tools: SheetTools, row: ModelRow): string {
  const { words, habits } = tools;
  const numbered = habits.references === 'both' || habits.references === 'rows';
  const cells = row.cells.map((cell, column) => cellXml(tools, cell, row.number, column));
  if (row.far) {
    for (let column = cells.length; column < FAR_COLUMN; column += 1)
      cells.push(cellXml(tools, BLANK, row.number, column));
    cells.push(cellXml(tools, { kind: 'text', text: 'далеко' }, row.number, FAR_COLUMN));
  }
  const trimmings = habits.trimmings ? { spans: '1:6', hidden: row.number % 3 === 0 ? 1 : undefined, ht: 15.75 } : {};
  return words.tag('row', { r: numbered ? row.number : undefined, ...trimmings }, cells.join(''));
}

function cellXml(tools: SheetTools, cell: Cell, row: number, column: number): string {
  const { words, habits } = tools;
  const referenced = habits.references === 'both' || habits.references === 'cells';
  const r = referenced ? `${columnLetters(column)}${row}` : undefined;
  if (cell.kind !== 'blank') return filledCell(tools, cell, r);
  if (referenced && habits.blanks === 'left out') return '';
  return words.tag('c', { r, s: 1 }, habits.blanks === 'empty values' ? words.tag('v') : '');
}

function filledCell(tools: SheetTools, cell: Cell, r: string | undefined): string {
  const { words, random } = tools;
  const { tag } = words;
  switch (cell.kind) {
    case 'text':
      return textCell(tools, cell.text, r);
    case 'result':
      return tag('c', { r, t: 'str' }, tag('f', {}, words.text('A1&"<"')) + tag('v', {}, words.text(cell.text)));
    case 'uncounted':
      return tag('c', { r }, tag('f', {}, words.text(cell.formula)) + (random.chance(0.5) ? tag('v') : ''));
    case 'moment':
      return momentCell(tools, cell, r);
    case 'number':
      return tag('c', { r, t: random.chance(0.3) ? 'n' : undefined }, tag('v', {}, cell.written));
    case 'boolean':
      return tag('c', { r, t: 'b' }, tag('v', {}, random.pick(cell.value ? ['1', 'true'] : ['0', 'false'])));
    default:
      return tag('c', { r, t: 'e' }, tag('v', {}, shownCell(cell)));
  }
}

function textCell({ random, habits, words, pool }: SheetTools, text: string, r: string | undefined): string {
  const { tag } = words;
  const way = habits.strings === 'mixed' ? random.pick(['shared', 'inline', 'formula']) : habits.strings;
  if (way === 'shared') return tag('c', { r, s: 0, t: 's' }, tag('v', {}, String(pool.indexOf(text))));
  if (way === 'inline') return tag('c', { r, t: 'inlineStr' }, tag('is', {}, pool.content(text)));
  return tag('c', { r, t: 'str' }, tag('v', { 'xml:space': 'preserve' }, words.text(text)));
}

function momentCell({ habits, words }: SheetTools, cell: Cell & { kind: 'moment' }, r: string | undefined): string {
  const { tag } = words;
  const timed = cell.minutes > 0;
  if (habits.dates === 'iso') {
    const iso = new Date(cell.day * 86_400_000 + cell.minutes * 60_000).toISOString();
    return tag('c', { r, t: 'd' }, tag('v', {}, timed ? iso.slice(0, 19) : iso.slice(0, 10)));
  }
  const base = habits.date1904 ? DAYS_TO_1970.from1904 : DAYS_TO_1970.from1900;
  const s = (habits.dates === 'builtin' ? 2 : 4) + (timed ? 1 : 0);
  return tag('c', { r, s }, tag('v', {}, String(cell.day + base + cell.minutes / 1440)));
}

function columnLetters(column: number): string {
  const last = String.fromCharCode(65 + (column % 26));
  return column < 26 ? last : columnLetters(Math.floor(column / 26) - 1) + last;
}
