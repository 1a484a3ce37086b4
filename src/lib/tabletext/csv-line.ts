/** Excel takes a file for UTF-8 only when it begins with this. */
export const CSV_BOM = '\uFEFF';

export type CsvValue = string | number | bigint | boolean | null | undefined;

/**
 * One line of a CSV, line end included. Text that a spreadsheet would take for a formula (it begins with = + - @, tab, CR or LF) gets
 * a leading apostrophe, phones with a plus among it; numbers are numbers and need none; after a semicolon they have a decimal comma.
 */
export function csvLine(cells: readonly CsvValue[], { separator = ';' }: { separator?: string } = {}): string {
  return `${cells.map((cell) => csvCell(cell, separator)).join(separator)}\r\n`;
}

/** One cell of such a line. */
export const csvCell = (cell: CsvValue, separator = ';'): string =>
  quoted(typeof cell === 'number' ? numeral(cell, separator) : guarded(cell), separator);

// Excel that divides by semicolons has a decimal comma, and takes 13.2 for a day of February.
const numeral = (cell: number, separator: string): string =>
  separator === ';' ? String(cell).replace('.', ',') : String(cell);

function guarded(cell: CsvValue): string {
  const text = cell === null || cell === undefined ? '' : String(cell);
  return typeof cell === 'string' && /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
}

function quoted(text: string, separator: string): string {
  const plain = !text.includes(separator) && !/["\r\n]|^\s|\s$/.test(text);
  return plain ? text : `"${text.replaceAll('"', '""')}"`;
}
