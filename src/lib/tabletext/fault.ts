/** Why a file cannot be read as a text table. Each code has one sentence for a person in the caller's locales. */
export const TEXT_TABLE_FAULT_CODES = ['not-text', 'markup', 'line-too-long', 'unclosed-quote'] as const;

export type TextTableFaultCode = (typeof TEXT_TABLE_FAULT_CODES)[number];

/** The file is to blame, not us: `code` says how, `row` where, when it is known. */
export class TextTableFault extends Error {
  readonly code: TextTableFaultCode;
  readonly row: number | undefined;

  constructor(code: TextTableFaultCode, row?: number) {
    super(row === undefined ? code : `${code} in row ${row}`);
    this.name = 'TextTableFault';
    this.code = code;
    this.row = row;
  }
}
