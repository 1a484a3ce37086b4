/** Why a file cannot be read as a workbook. Each code has one sentence for a person in the caller's locales. */
export const WORKBOOK_FAULT_CODES = [
  'encrypted',
  'old-xls',
  'xlsb',
  'ods',
  'not-a-workbook',
  'too-many-entries',
  'too-large',
  'bomb',
  'damaged',
  'no-sheets',
] as const;

export type WorkbookFaultCode = (typeof WORKBOOK_FAULT_CODES)[number];

/** The file is to blame, not us: `code` says how, `message` and `cause` are for the log only. */
export class WorkbookFault extends Error {
  readonly code: WorkbookFaultCode;

  constructor(code: WorkbookFaultCode, detail: string, cause?: unknown) {
    super(`${code}: ${detail}`, { cause });
    this.name = 'WorkbookFault';
    this.code = code;
  }
}

/** Anything that zip, zlib or a decoder throws over a user's file means that the file is damaged. */
export function asWorkbookFault(error: unknown): WorkbookFault {
  if (error instanceof WorkbookFault) return error;
  return new WorkbookFault('damaged', error instanceof Error ? error.message : String(error), error);
}
