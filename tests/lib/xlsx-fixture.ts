import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { WorkbookLimits } from '../../src/lib/xlsx/limits.ts';
import { openWorkbook } from '../../src/lib/xlsx/reader/workbook.ts';
import type { Row } from '../../src/lib/xlsx/row.ts';
import { type ZipPart, zipChunks } from '../../src/lib/xlsx/writer/zip.ts';

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** A folder for one test, gone after it. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'lead-cabinet-xlsx-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

export async function writeZip(path: string, parts: Record<string, string | Iterable<Buffer>>): Promise<void> {
  const list: ZipPart[] = Object.entries(parts).map(([name, content]) => ({
    name,
    content: typeof content === 'string' ? [Buffer.from(content)] : content,
  }));
  await pipeline(Readable.from(zipChunks(list)), createWriteStream(path));
}

/** The parts of a workbook with one sheet; pass others to replace or add. */
export function workbookOf(sheet: string, others: Record<string, string> = {}): Record<string, string> {
  return {
    '_rels/.rels': relations(['officeDocument', 'xl/workbook.xml']),
    'xl/workbook.xml': '<workbook xmlns:r="r"><sheets><sheet name="Лист" sheetId="1" r:id="rId1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels': relations(
      ['worksheet', 'worksheets/sheet1.xml'],
      ['sharedStrings', 'sharedStrings.xml'],
      ['styles', 'styles.xml'],
    ),
    'xl/worksheets/sheet1.xml': sheet,
    ...others,
  };
}

export function relations(...links: [type: string, target: string][]): string {
  const rows = links.map(
    ([type, target], at) => `<Relationship Id="rId${at + 1}" Type="${OFFICE}/${type}" Target="${target}"/>`,
  );
  return `<Relationships>${rows.join('')}</Relationships>`;
}

export async function collect<T>(batches: AsyncIterable<T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const batch of batches) all.push(...batch);
  return all;
}

/** Every row of one sheet of a workbook made of these parts. */
export async function rowsOf(
  parts: Record<string, string | Iterable<Buffer>>,
  limits?: Partial<WorkbookLimits>,
): Promise<Row[]> {
  return inFolder(async (folder) => {
    const path = join(folder, 'book.xlsx');
    await writeZip(path, parts);
    return readAll(path, 0, limits);
  });
}

export async function readAll(path: string, sheet = 0, limits?: Partial<WorkbookLimits>): Promise<Row[]> {
  const book = await openWorkbook(path, limits);
  try {
    return await collect(book.rows(sheet));
  } finally {
    await book.close();
  }
}
