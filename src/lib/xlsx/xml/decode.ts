import { TextDecoder } from 'node:util';

const DECLARED = /^<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/;
const HEAD_BYTES = 128;
const LT = 60;
const UTF8_MARK = Buffer.from('\uFEFF');
const NOTHING = Buffer.alloc(0);

/** Takes the next bytes, or none at the end; answers them in UTF-8. */
type Recode = (bytes?: Buffer) => Buffer;

/**
 * The bytes of a part in UTF-8, whatever they came in: that is told by the byte order mark or the zeros of UTF-16, else by the XML
 * declaration, else it is UTF-8 and passes through as it is. A letter cut by the edge of a chunk may stay cut: whoever makes a
 * text of the bytes has put the pieces of the whole text together.
 */
export async function* decodeXml(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let recode: Recode | undefined;
  for await (const bytes of withHead(chunks)) {
    if (recode) yield recode(bytes);
    else {
      recode = recodeFrom(encodingOf(bytes));
      yield recode(withoutMark(bytes));
    }
  }
  if (recode) yield recode();
}

/** The same bytes, the first of them enough to tell the encoding by. */
async function* withHead(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = NOTHING;
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    if (head === undefined) {
      yield bytes;
      continue;
    }
    head = Buffer.concat([head, bytes]);
    if (head.length < HEAD_BYTES) continue;
    yield head;
    head = undefined;
  }
  if (head) yield head;
}

const isMarked = (head: Buffer): boolean => head.subarray(0, UTF8_MARK.length).equals(UTF8_MARK);

/** The mark of UTF-8 is dropped, as any decoder would. */
const withoutMark = (head: Buffer): Buffer => (isMarked(head) ? head.subarray(UTF8_MARK.length) : head);

function encodingOf(head: Buffer): string {
  // A mark knows better than a declaration, which an editor leaves behind when it saves the file anew.
  if (isMarked(head)) return 'utf-8';
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  if (head[0] === LT && head[1] === 0) return 'utf-16le';
  if (head[0] === 0 && head[1] === LT) return 'utf-16be';
  const declared = DECLARED.exec(head.toString('latin1', 0, HEAD_BYTES))?.[1];
  // A declaration that was read as single bytes cannot be telling the truth about UTF-16.
  return declared === undefined || /^utf-?16/i.test(declared) ? 'utf-8' : declared;
}

function recodeFrom(encoding: string): Recode {
  const decoder = new TextDecoder(encoding);
  if (decoder.encoding === 'utf-8') return (bytes = NOTHING) => bytes;
  return (bytes) => Buffer.from(decoder.decode(bytes, { stream: bytes !== undefined }));
}
