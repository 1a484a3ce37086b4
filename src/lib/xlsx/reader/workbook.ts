import { Batches } from '../batches.ts';
import { asWorkbookFault, WorkbookFault } from '../fault.ts';
import { DEFAULT_LIMITS, type WorkbookLimits } from '../limits.ts';
import type { Row } from '../row.ts';
import { createRunning } from '../running.ts';
import { decodeXml } from '../xml/decode.ts';
import { XmlScanner } from '../xml/scanner.ts';
import { countRows } from './count-rows.ts';
import { readManifest } from './manifest.ts';
import { openPackage, type Package } from './package.ts';
import { SharedStrings } from './shared-strings.ts';
import { type SheetContext, SheetRows } from './sheet-rows.ts';
import { oleFault, signatureOf } from './signature.ts';
import { readStyles } from './styles.ts';

export interface Sheet {
  name: string;
  hidden: boolean;
  /** The tab that was on top when the file was saved. */
  active: boolean;
  index: number;
}

export interface Workbook {
  /** Worksheets in the order of the tabs; chart sheets are left out. */
  sheets: Sheet[];
  /**
   * The rows that the file holds, in its order, in batches; rows that it does not mention are not made up, but `number` tells.
   * Stop iterating whenever enough was seen. Throws WorkbookFault when the part turns out damaged or over a limit.
   */
  rows(sheetIndex: number): AsyncIterable<Row[]>;
  /** How many rows `rows` will find, without reading them; undefined when there is no telling, or no time: see countRows. */
  count(sheetIndex: number, until: number): Promise<number | undefined>;
  close(): Promise<void>;
}

/**
 * Opens an .xlsx (or .xlsm) for streaming; nothing is kept in memory but its shared strings, read as far as needed. Throws
 * WorkbookFault for a file that is no such workbook, is locked, or goes beyond the limits; close it when done.
 */
export async function openWorkbook(path: string, limits: Partial<WorkbookLimits> = {}): Promise<Workbook> {
  await refuseOthers(path);
  const bounds = { ...DEFAULT_LIMITS, ...limits };
  const pack = await openPackage(path, bounds);
  try {
    return await readWorkbook(pack, bounds);
  } catch (error) {
    pack.close();
    throw asWorkbookFault(error);
  }
}

async function refuseOthers(path: string): Promise<void> {
  const signature = await signatureOf(path);
  if (signature === 'ole') throw await oleFault(path);
  if (signature === 'other') throw new WorkbookFault('not-a-workbook', 'no zip at all');
}

async function readWorkbook(pack: Package, limits: WorkbookLimits): Promise<Workbook> {
  const manifest = await readManifest(pack);
  const context: SheetContext = {
    strings: new SharedStrings(xmlOf(pack, manifest.strings), limits.sharedStringBytes),
    kinds: manifest.styles === undefined ? [] : await readStyles(pack, manifest.styles),
    date1904: manifest.date1904,
    columns: limits.columns,
  };
  const running = createRunning();
  return {
    sheets: manifest.sheets.map(({ name, hidden, active }, index) => ({ name, hidden, active, index })),
    rows: (sheetIndex) => running.track(readRows(pack, manifest.sheets[sheetIndex]?.part, context, limits.batchRows)),
    count: async (sheetIndex, until) => countRows(pack.read(manifest.sheets[sheetIndex]?.part ?? ''), until),
    close: async () => {
      await running.stop();
      await context.strings.close();
      pack.close();
    },
  };
}

function xmlOf(pack: Package, part: string | undefined): AsyncGenerator<Buffer> | undefined {
  return part === undefined ? undefined : decodeXml(pack.read(part));
}

async function* readRows(
  pack: Package,
  part: string | undefined,
  context: SheetContext,
  batchRows: number,
): AsyncGenerator<Row[]> {
  if (part === undefined) throw new RangeError('no such sheet');
  const sheet = new SheetRows(context);
  const scanner = new XmlScanner(sheet);
  const batches = new Batches(batchRows);
  try {
    for await (const bytes of decodeXml(pack.read(part))) {
      scanner.write(bytes);
      await sheet.settle();
      const characters = bytes.length + sheet.expanded;
      yield* batches.add(sheet.take(), characters);
    }
    scanner.end();
  } catch (error) {
    throw asWorkbookFault(error);
  }
  yield* batches.rest();
}
