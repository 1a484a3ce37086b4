import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { WorkbookFault } from '../fault.ts';

export type Signature = 'zip' | 'ole' | 'other';

const OLE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const ZIP = Buffer.from('504b0304', 'hex');
const ENCRYPTED_PACKAGE = Buffer.from('EncryptedPackage', 'utf16le');
const WINDOW = 2 ** 20;

/** What a file is by its first bytes, whatever its name says. */
export async function signatureOf(path: string): Promise<Signature> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(OLE.length);
    await file.read(head, 0, head.length, 0);
    if (head.equals(OLE)) return 'ole';
    return head.subarray(0, ZIP.length).equals(ZIP) ? 'zip' : 'other';
  } finally {
    await file.close();
  }
}

/** An OLE file is either a workbook behind a password (its directory names the encrypted package) or the format before 2007. */
export async function oleFault(path: string): Promise<WorkbookFault> {
  const file = await open(path);
  try {
    return (await contains(file, ENCRYPTED_PACKAGE))
      ? new WorkbookFault('encrypted', 'a workbook with a password')
      : new WorkbookFault('old-xls', 'a binary workbook of Excel 97-2003');
  } finally {
    await file.close();
  }
}

async function contains(file: FileHandle, wanted: Buffer): Promise<boolean> {
  const window = Buffer.alloc(WINDOW);
  for (let position = 0; ; position += WINDOW - wanted.length) {
    const { bytesRead } = await file.read(window, 0, WINDOW, position);
    if (window.subarray(0, bytesRead).includes(wanted)) return true;
    if (bytesRead < WINDOW) return false;
  }
}
