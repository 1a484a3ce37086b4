import { createReadStream } from 'node:fs';
import { TextDecoder } from 'node:util';
import { Batches } from '../xlsx/batches.ts';
import type { Row } from '../xlsx/row.ts';
import { detectEncoding, type Encoding, readSample } from './encoding.ts';
import { TextTableFault } from './fault.ts';
import { TextTableParser } from './parser.ts';
import { declaredSeparator, guessSeparator, type Separator } from './separator.ts';

export interface TextTable {
  encoding: Encoding;
  separator: Separator;
  /** All lines in batches, numbered from 1 as Excel numbers them; may be called again. Throws TextTableFault. */
  rows(): AsyncGenerator<Row[]>;
}

export interface TextTableLimits {
  columns: number;
  batchRows: number;
}

const DEFAULTS: TextTableLimits = { columns: 256, batchRows: 1_000 };
const CHUNK = 64 * 1024;

/** Opens a .csv or .txt of unknown making: guesses its encoding and separator from its content. Throws TextTableFault. */
export async function openTextTable(path: string, limits: Partial<TextTableLimits> = {}): Promise<TextTable> {
  const sample = await readSample(path);
  const encoding = await detectEncoding(path, sample);
  const text = new TextDecoder(encoding).decode(sample, { stream: true });
  // Programs like to save a web page under the name of a table.
  if (/^\s*<(?:!doctype|html|table|\?xml)/i.test(text)) throw new TextTableFault('markup');
  const separator = guessSeparator(text);
  const skipFirst = declaredSeparator(text) !== undefined;
  return {
    encoding,
    separator,
    rows: () => readRows(path, encoding, separator, skipFirst, { ...DEFAULTS, ...limits }),
  };
}

async function* readRows(
  path: string,
  encoding: Encoding,
  separator: Separator,
  skipFirst: boolean,
  limits: TextTableLimits,
): AsyncGenerator<Row[]> {
  const parser = new TextTableParser(separator, limits.columns);
  const kept = (taken: Row[]) => (skipFirst ? taken.filter(({ number }) => number > 1) : taken);
  const batches = new Batches(limits.batchRows);
  for await (const text of decodedFile(path, encoding)) {
    parser.write(text);
    yield* batches.add(kept(parser.take()), text.length);
  }
  parser.end();
  yield* batches.add(kept(parser.take()), 0);
  yield* batches.rest();
}

async function* decodedFile(path: string, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK }))
    yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}
