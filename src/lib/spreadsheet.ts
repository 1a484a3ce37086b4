import { parse } from 'node:path';
import { openTextTable, TEXT_TABLE_FAULT_CODES, TextTableFault } from './tabletext/index.ts';
import { openWorkbook, type Row, type Sheet, WORKBOOK_FAULT_CODES, WorkbookFault } from './xlsx/index.ts';
import { signatureOf } from './xlsx/reader/signature.ts';
import { createRunning } from './xlsx/running.ts';

export type { Row } from './xlsx/index.ts';

export interface Table {
  format: 'xlsx' | 'csv' | 'txt';
  /** A text file has one, named after the file. */
  sheets: Sheet[];
  rows(sheetIndex: number): AsyncIterable<Row[]>;
  /** A quick count of a workbook's rows; a text has none that is quicker than reading it. */
  count?: (sheetIndex: number, until: number) => Promise<number | undefined>;
  close(): Promise<void>;
}

/** What a person's file may be refused for; `fault.code` is one of TABLE_FAULT_CODES. */
export type TableFault = WorkbookFault | TextTableFault;

export const TABLE_FAULT_CODES = [...WORKBOOK_FAULT_CODES, ...TEXT_TABLE_FAULT_CODES] as const;

export function isTableFault(error: unknown): error is TableFault {
  return error instanceof WorkbookFault || error instanceof TextTableFault;
}

/**
 * Opens an uploaded table by what is in it, whatever it is called: a zip or OLE file as a workbook, everything else as text.
 * Throws a TableFault, here or while iterating; close it when done.
 */
export async function openTable(path: string, originalName: string): Promise<Table> {
  if ((await signatureOf(path)) === 'other') return openText(path, originalName);
  return { format: 'xlsx', ...(await openWorkbook(path)) };
}

async function openText(path: string, originalName: string): Promise<Table> {
  const { separator, rows } = await openTextTable(path);
  const { name, ext } = parse(originalName);
  const running = createRunning();
  return {
    format: separator !== '' || ext.toLowerCase() === '.csv' ? 'csv' : 'txt',
    sheets: [{ name, hidden: false, active: true, index: 0 }],
    rows: () => running.track(rows()),
    close: () => running.stop(),
  };
}
