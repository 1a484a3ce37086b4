const NAME_END = new Set([9, 10, 13, 32, 47, 62]);
const LONGEST_PREFIX = 32;

/**
 * How many rows the XML of a worksheet holds, by its bytes alone: ten times as quick as reading them. Undefined when it cannot
 * be told so, which is the case in any encoding but UTF-8, or not before `until` (as performance.now() tells time). It is an
 * expectation, not a verdict.
 */
export async function countRows(chunks: AsyncIterable<Uint8Array>, until: number): Promise<number | undefined> {
  let tag: Buffer | undefined;
  let rest: Buffer = Buffer.alloc(0);
  let count = 0;
  for await (const chunk of chunks) {
    let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    tag ??= rowTagOf(bytes);
    if (tag === undefined || performance.now() > until) return undefined;
    // The last bytes of a chunk wait for the next one: a tag may be cut there. Only these are glued, for all would fill the memory.
    const seam = Buffer.concat([rest, bytes.subarray(0, tag.length + 1)]);
    if (bytes.length > tag.length) count += countIn(seam, tag, rest.length);
    else bytes = seam;
    const end = Math.max(bytes.length - tag.length, 0);
    count += countIn(bytes, tag, end);
    rest = Buffer.from(bytes.subarray(end));
  }
  return tag && count + countIn(rest, tag, rest.length);
}

/** `<row`, or `<x:row` where the sheet's data is `<x:sheetData>`; it stands near the beginning. */
function rowTagOf(head: Buffer): Buffer | undefined {
  const text = head.toString('latin1');
  const data = /<((?:[\w.-]+:)?)sheetData[\s/>]/.exec(text);
  if (!data || (data[1] ?? '').length > LONGEST_PREFIX) return undefined;
  return Buffer.from(`<${data[1]}row`);
}

function countIn(bytes: Buffer, tag: Buffer, end: number): number {
  let count = 0;
  for (let at = bytes.indexOf(tag); at !== -1 && at < end; at = bytes.indexOf(tag, at + tag.length)) {
    if (NAME_END.has(bytes[at + tag.length] ?? 0)) count += 1;
  }
  return count;
}
