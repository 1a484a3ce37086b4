export { WORKBOOK_FAULT_CODES, WorkbookFault, type WorkbookFaultCode } from './fault.ts';
export { DEFAULT_LIMITS, MAX_SHEET_ROWS, type WorkbookLimits } from './limits.ts';
export { openWorkbook, type Sheet, type Workbook } from './reader/workbook.ts';
export type { Row } from './row.ts';
export type { RowBatch } from './writer/row-bytes.ts';
export type { CellValue, Column } from './writer/sheet-xml.ts';
export { type SheetSource, writeWorkbook } from './writer/workbook.ts';
