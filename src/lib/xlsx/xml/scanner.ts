import { WorkbookFault } from '../fault.ts';
import { isAt } from './names.ts';
import { type XmlTag, XmlTagReader } from './tag.ts';

/** Receives what the scanner finds. Names are local: `x:row` arrives as `row`. */
export interface XmlHandler {
  open(name: string, tag: XmlTag): void;
  close(name: string): void;
  /** A piece of text lies in source[start, end); `literal` text (CDATA) has no entities. One element may have several pieces. */
  text(source: Buffer, start: number, end: number, literal: boolean): void;
}

/** Characters of the longest tag or piece of text; a cell holds 32,767, so only a hostile file comes near it. */
const MAX_TOKEN = 2 ** 20;
/** What so many characters may take in UTF-8: as much is gathered of a token before it is refused without a count. */
const MAX_TOKEN_BYTES = 3 * MAX_TOKEN;
/** Elements inside elements; a workbook needs about ten. */
const MAX_DEPTH = 256;
/** As far as a text is looked through byte by byte: within that a call of indexOf would cost more. */
const NEAR = 48;
const NEEDS_MORE = -1;
const [SPACE, BANG, SLASH, COLON, LT, GT, QUESTION] = [32, 33, 47, 58, 60, 62, 63];

/**
 * A push scanner for the XML inside workbooks: feed it UTF-8 cut anywhere, and it calls the handler as soon as a tag or a text is
 * complete. It reads bytes, not strings, which V8 would walk several times slower; all that means anything to it is ASCII, and
 * no byte of another letter looks like that. It checks no names and no namespaces, only that tags are balanced; it refuses a DTD,
 * so that no entity is ever declared, let alone expanded. Faults: `damaged`, and `too-large` for a token over 1 Mi characters.
 */
export class XmlScanner {
  readonly #handler: XmlHandler;
  readonly #tag = new XmlTagReader();
  #rest: Buffer = Buffer.alloc(0);
  readonly #open: string[] = [];
  #depth = 0;
  #elements = 0;

  constructor(handler: XmlHandler) {
    this.#handler = handler;
  }

  write(chunk: Buffer): void {
    // Of the chunk only so much is copied as may end what the last one began; a token longer than a chunk is walked once a chunk.
    const isShort = this.#rest.length > 0 && this.#rest.length < chunk.length;
    const head = isShort ? chunk.indexOf(GT) + 1 : 0;
    if (head > 0) this.#scan(chunk.subarray(0, head));
    this.#scan(chunk.subarray(head));
    if (this.#rest.length > MAX_TOKEN_BYTES) throw new WorkbookFault('too-large', 'an XML token without an end');
  }

  end(): void {
    if (this.#depth !== 0 || this.#elements === 0 || this.#rest.toString().trim() !== '') {
      throw new WorkbookFault('damaged', 'XML ends in the middle');
    }
  }

  /** Goes as far as the last `>`: a tag that begins before it ends there at the latest, so nobody looks beyond the end. */
  #scan(next: Buffer): void {
    const bytes = this.#rest.length === 0 ? next : Buffer.concat([this.#rest, next]);
    this.#rest = bytes.subarray(this.#tokens(bytes.subarray(0, bytes.lastIndexOf(GT) + 1)));
  }

  /** Hands over the tags and texts that are complete; answers where the first begins that is not. */
  #tokens(source: Buffer): number {
    let at = 0;
    while (at < source.length) {
      const end = source[at] === LT ? this.#markup(source, at) : this.#text(source, at);
      if (end === NEEDS_MORE) return at;
      if (end - at > MAX_TOKEN) refuseLong(source, at, end);
      at = end;
    }
    return at;
  }

  #text(source: Buffer, start: number): number {
    const end = endOfText(source, start);
    if (end === -1) return NEEDS_MORE;
    this.#emitText(source, start, end, false);
    return end;
  }

  #emitText(source: Buffer, start: number, end: number, literal: boolean): void {
    if (this.#depth > 0) this.#handler.text(source, start, end, literal);
  }

  #markup(source: Buffer, start: number): number {
    const second = source[start + 1];
    if (second === SLASH) return this.#closeTag(source, start);
    if (second === QUESTION) return skipPast(source, '?>', start);
    if (second === BANG) return this.#declaration(source, start);
    return this.#openTag(source, start);
  }

  #openTag(source: Buffer, start: number): number {
    const tag = this.#tag;
    const end = tag.read(source, start + 1);
    if (end === NEEDS_MORE) return NEEDS_MORE;
    this.#elements += 1;
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new WorkbookFault('damaged', 'elements nested too deep');
    this.#open[this.#depth] = tag.name;
    this.#handler.open(tag.name, tag);
    if (tag.empty) this.#leave();
    return end;
  }

  #closeTag(source: Buffer, start: number): number {
    let from = start + 2;
    let at = from;
    let code = source[at] ?? GT;
    while (code > SPACE && code !== GT) {
      at += 1;
      if (code === COLON) from = at;
      code = source[at] ?? GT;
    }
    if (this.#depth === 0 || !isAt(source, from, at, this.#open[this.#depth] ?? ''))
      this.#refuseUnlessSame(source, from, at);
    this.#leave();
    return code === GT ? at + 1 : source.indexOf(GT, at) + 1;
  }

  /** Names beyond ASCII are the same when their letters are. */
  #refuseUnlessSame(source: Buffer, from: number, to: number): void {
    const name = source.toString('utf8', from, to);
    if (this.#depth > 0 && name === this.#open[this.#depth]) return;
    throw new WorkbookFault('damaged', `closed but not open: ${name.slice(0, 100)}`);
  }

  #leave(): void {
    const name = this.#open[this.#depth] ?? '';
    this.#depth -= 1;
    this.#handler.close(name);
  }

  #declaration(source: Buffer, start: number): number {
    if (beginsAt(source, start, '<!--')) return skipPast(source, '-->', start + 4);
    if (beginsAt(source, start, '<![CDATA[')) return this.#cdata(source, start + 9);
    if (source.length - start < 9) return NEEDS_MORE;
    throw new WorkbookFault('damaged', 'a document type declaration');
  }

  #cdata(source: Buffer, start: number): number {
    const end = source.indexOf(']]>', start);
    if (end === -1) return NEEDS_MORE;
    this.#emitText(source, start, end, true);
    return end + 3;
  }
}

function refuseLong(source: Buffer, start: number, end: number): void {
  if (source.toString('utf8', start, end).length > MAX_TOKEN) throw new WorkbookFault('too-large', 'a long XML token');
}

function endOfText(source: Buffer, start: number): number {
  const near = Math.min(start + NEAR, source.length);
  for (let at = start; at < near; at += 1) if (source[at] === LT) return at;
  return source.indexOf(LT, near);
}

function beginsAt(source: Buffer, at: number, mark: string): boolean {
  return at + mark.length <= source.length && isAt(source, at, at + mark.length, mark);
}

function skipPast(source: Buffer, mark: string, from: number): number {
  const at = source.indexOf(mark, from);
  return at === -1 ? NEEDS_MORE : at + mark.length;
}
