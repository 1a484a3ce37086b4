export { csvPieces } from './csv-bytes.ts';
export { CSV_BOM, type CsvValue, csvLine } from './csv-line.ts';
export type { Encoding } from './encoding.ts';
export { TEXT_TABLE_FAULT_CODES, TextTableFault, type TextTableFaultCode } from './fault.ts';
export type { Separator } from './separator.ts';
export { openTextTable, type TextTable, type TextTableLimits } from './table.ts';
