import { TextDecoder } from 'node:util';

const DECLARED = /^<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/;
const HEAD_BYTES = 128;
const [LT, GT] = [60, 62];

/** Bytes to text, letters on chunk edges intact: by the byte order mark or the zeros of UTF-16, else by the XML declaration, else UTF-8. */
export async function* decodeXml(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes =
      rest.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([rest, chunk]);
    rest = bytes;
    if (bytes.length < HEAD_BYTES) continue;
    decoder ??= new TextDecoder(encodingOf(bytes));
    const end = endOfTags(bytes);
    yield decoder.decode(bytes.subarray(0, end), { stream: true });
    rest = bytes.subarray(end);
  }
  decoder ??= new TextDecoder(encodingOf(rest));
  yield decoder.decode(rest);
}

/**
 * Cutting behind a `>` spares the scanner from gluing strings, which would cost it a quarter of its speed. It is a matter of speed
 * only: in UTF-16, where the byte may be half of a letter, the decoder keeps that half for the next time.
 */
function endOfTags(bytes: Buffer): number {
  const end = bytes.lastIndexOf(GT) + 1;
  return end === 0 ? bytes.length : end;
}

function encodingOf(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  if (head[0] === LT && head[1] === 0) return 'utf-16le';
  if (head[0] === 0 && head[1] === LT) return 'utf-16be';
  const declared = DECLARED.exec(head.toString('latin1', 0, HEAD_BYTES))?.[1];
  // A declaration that was read as single bytes cannot be telling the truth about UTF-16.
  return declared === undefined || /^utf-?16/i.test(declared) ? 'utf-8' : declared;
}
