import { escapeCell, needsPreserving } from './escape.ts';

export type CellValue = string | number | bigint | boolean | null | undefined;

export interface Column {
  header: string;
  /** In characters, as Excel counts; 8 to 60 from the header's length when not given. */
  width?: number;
  /** Finite numbers of a `number` column are written as numbers; everything else, everywhere, is text and never a formula. */
  type?: 'text' | 'number';
  /** Of copied rows: which cell it shows, when not the one of its own place, and in what words. NULL is an empty cell. */
  cell?: number;
  shown?: (text: string) => CellValue;
}

const NAMESPACE = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const HEADER_STYLE = 1;

/** The beginning of a worksheet and its header row: bold, frozen. */
export function sheetOpening(columns: readonly Column[], selected: boolean): string {
  const widths = columns.map(({ header, width }, index) => {
    const characters = width ?? Math.min(Math.max(header.length + 4, 8), 60);
    return `<col min="${index + 1}" max="${index + 1}" width="${characters}" customWidth="1"/>`;
  });
  const headers = columns.map(({ header }, index) => textCell(`${columnName(index)}1" s="${HEADER_STYLE}`, header));
  return (
    `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="${NAMESPACE}">` +
    `<sheetViews><sheetView${selected ? ' tabSelected="1"' : ''} workbookViewId="0">` +
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>' +
    `<cols>${widths.join('')}</cols><sheetData><row r="1">${headers.join('')}</row>`
  );
}

/** The end of a worksheet of so many rows, the header's included, with a filter over all of them. */
export function sheetClosing(columns: readonly Column[], rows: number): string {
  return `</sheetData><autoFilter ref="A1:${columnName(columns.length - 1)}${rows}"/></worksheet>`;
}

/** Excel's letters of a column, from 0: A, Z, AA. */
export function columnName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : columnName(Math.floor(index / 26) - 1) + letter;
}

export function isNumber(value: CellValue): boolean {
  return typeof value === 'bigint' || Number.isFinite(value);
}

function textCell(reference: string, value: CellValue): string {
  const text = escapeCell(String(value));
  const opening = needsPreserving(text) ? '<t xml:space="preserve">' : '<t>';
  return `<c r="${reference}" t="inlineStr"><is>${opening}${text}</t></is></c>`;
}
