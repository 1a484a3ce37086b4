/**
 * Rows as PostgreSQL's `COPY … TO STDOUT` writes them: cells divided by tabs, rows by line feeds, what would be mistaken for either
 * escaped by a backslash, `\N` for NULL. Cells stay bytes, because making millions of strings is what a big file's time would go into.
 */
export type CopiedRows = {
  readonly bytes: Buffer;
  /** Where each cell ends, row after row; the next one begins a byte after that. */
  readonly ends: Int32Array;
  readonly length: number;
  /** Cells of a row. */
  readonly width: number;
};

const [TAB, LF, BACKSLASH, CAPITAL_N] = [9, 10, 92, 78];
const UNESCAPED: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

export const cellStart = ({ ends }: CopiedRows, cell: number): number => (cell === 0 ? 0 : (ends[cell - 1] ?? 0) + 1);

/** Nothing, or NULL. */
export const isBlank = (bytes: Buffer, from: number, to: number): boolean =>
  from >= to || (to - from === 2 && bytes[from] === BACKSLASH && bytes[from + 1] === CAPITAL_N);

/** A cell's text, as it was before COPY wrote it. */
export function cellText(bytes: Buffer, from: number, to: number): string {
  if (isBlank(bytes, from, to)) return '';
  const text = bytes.toString('utf8', from, to);
  return text.includes('\\') ? text.replace(/\\(.)/gs, (_, letter: string) => UNESCAPED[letter] ?? letter) : text;
}

/**
 * Takes the bytes of a COPY apart into batches of some `size` bytes of whole rows. A batch is good only until the next one is asked
 * for: all share one buffer.
 */
export async function* copiedRows(
  chunks: AsyncIterable<Buffer>,
  width: number,
  size = 64 * 1024,
): AsyncGenerator<CopiedRows> {
  let buffer: Buffer = Buffer.allocUnsafeSlow(size * 2);
  let ends: Int32Array = new Int32Array(1024);
  let filled = 0;
  for await (const chunk of chunks) {
    if (filled + chunk.length > buffer.length) buffer = grown(buffer, filled, filled + chunk.length);
    chunk.copy(buffer, filled);
    filled += chunk.length;
    if (filled < size) continue;
    const whole = buffer.lastIndexOf(LF, filled - 1) + 1;
    if (whole === 0) continue;
    ends = cellEnds(buffer, whole, ends);
    yield rowsOf(buffer, ends, whole, width);
    buffer.copy(buffer, 0, whole, filled);
    filled -= whole;
  }
  ends = cellEnds(buffer, filled, ends);
  if (filled > 0) yield rowsOf(buffer, ends, filled, width);
}

/** The last place of the answer says how many cells there are. */
function cellEnds(bytes: Buffer, until: number, before: Int32Array): Int32Array {
  let ends = before;
  let count = 0;
  for (let at = 0; at < until; at += 1) {
    const byte = bytes[at];
    if (byte !== TAB && byte !== LF) continue;
    if (count === ends.length - 1) ends = doubled(ends);
    ends[count] = at;
    count += 1;
  }
  ends[ends.length - 1] = count;
  return ends;
}

function rowsOf(bytes: Buffer, ends: Int32Array, until: number, width: number): CopiedRows {
  const cells = ends.at(-1) ?? 0;
  if (cells % width !== 0 || ends[cells - 1] !== until - 1) throw new Error(`COPY did not answer ${width} columns`);
  return { bytes, ends, length: cells / width, width };
}

function grown(buffer: Buffer, filled: number, needed: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(needed * 2);
  buffer.copy(larger, 0, 0, filled);
  return larger;
}

function doubled(ends: Int32Array): Int32Array {
  const larger = new Int32Array(ends.length * 2);
  larger.set(ends);
  return larger;
}
