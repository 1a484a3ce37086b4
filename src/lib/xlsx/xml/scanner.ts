import { WorkbookFault } from '../fault.ts';
import { type XmlTag, XmlTagReader } from './tag.ts';

/** Receives what the scanner finds. Names are local: `x:row` arrives as `row`. */
export interface XmlHandler {
  open(name: string, tag: XmlTag): void;
  close(name: string): void;
  /** A piece of text lies in source[start, end); `literal` text (CDATA) has no entities. One element may have several pieces. */
  text(source: string, start: number, end: number, literal: boolean): void;
}

/** Longest tag or piece of text; a cell holds 32,767 characters, so only a hostile file comes near it. */
const MAX_TOKEN = 2 ** 20;
/** Elements inside elements; a workbook needs about ten. */
const MAX_DEPTH = 256;
const NEEDS_MORE = -1;
const [SPACE, BANG, SLASH, COLON, LT, GT, QUESTION] = [32, 33, 47, 58, 60, 62, 63];

/**
 * A push scanner for the XML inside workbooks: feed it decoded text cut anywhere, and it calls the handler as soon as a tag or a
 * text is complete. It checks no names and no namespaces, only that tags are balanced; it refuses a DTD, so that no entity
 * is ever declared, let alone expanded. Faults: `damaged`, and `too-large` for a token over 1 MiB.
 */
export class XmlScanner {
  readonly #handler: XmlHandler;
  readonly #tag = new XmlTagReader();
  #rest = '';
  readonly #open: string[] = [];
  #depth = 0;
  #elements = 0;

  constructor(handler: XmlHandler) {
    this.#handler = handler;
  }

  write(chunk: string): void {
    const source = this.#rest + chunk;
    let at = 0;
    while (at < source.length) {
      const next = source.charCodeAt(at) === LT ? this.#markup(source, at) : this.#text(source, at);
      if (next === NEEDS_MORE) break;
      at = next;
    }
    this.#rest = at === 0 ? source : source.slice(at);
    if (this.#rest.length > MAX_TOKEN) throw new WorkbookFault('too-large', 'an XML token without an end');
  }

  end(): void {
    if (this.#depth !== 0 || this.#elements === 0 || this.#rest.trim() !== '') {
      throw new WorkbookFault('damaged', 'XML ends in the middle');
    }
  }

  #text(source: string, start: number): number {
    const end = source.indexOf('<', start);
    if (end === -1) return NEEDS_MORE;
    this.#emitText(source, start, end, false);
    return end;
  }

  #emitText(source: string, start: number, end: number, literal: boolean): void {
    if (end - start > MAX_TOKEN) throw new WorkbookFault('too-large', 'a text over 1 MiB');
    if (this.#depth > 0) this.#handler.text(source, start, end, literal);
  }

  #markup(source: string, start: number): number {
    const second = source.charCodeAt(start + 1);
    if (Number.isNaN(second)) return NEEDS_MORE;
    if (second === SLASH) return this.#closeTag(source, start);
    if (second === QUESTION) return skipPast(source, '?>', start);
    if (second === BANG) return this.#declaration(source, start);
    return this.#openTag(source, start);
  }

  #openTag(source: string, start: number): number {
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

  #closeTag(source: string, start: number): number {
    let from = start + 2;
    let at = from;
    let code = source.charCodeAt(at);
    while (code > SPACE && code !== GT) {
      at += 1;
      if (code === COLON) from = at;
      code = source.charCodeAt(at);
    }
    const end = code === GT ? at : source.indexOf('>', at);
    if (end === -1) return NEEDS_MORE;
    if (this.#depth === 0 || !isAt(source, from, at, this.#open[this.#depth] ?? '')) {
      throw new WorkbookFault('damaged', `closed but not open: ${source.slice(from, Math.min(at, from + 100))}`);
    }
    this.#leave();
    return end + 1;
  }

  #leave(): void {
    const name = this.#open[this.#depth] ?? '';
    this.#depth -= 1;
    this.#handler.close(name);
  }

  #declaration(source: string, start: number): number {
    if (source.startsWith('<!--', start)) return skipPast(source, '-->', start + 4);
    if (source.startsWith('<![CDATA[', start)) return this.#cdata(source, start + 9);
    if (source.length - start < 9) return NEEDS_MORE;
    throw new WorkbookFault('damaged', 'a document type declaration');
  }

  #cdata(source: string, start: number): number {
    const end = source.indexOf(']]>', start);
    if (end === -1) return NEEDS_MORE;
    this.#emitText(source, start, end, true);
    return end + 3;
  }
}

/** What `source.slice(from, to) === name` would say; it is asked for millions of tags. */
function isAt(source: string, from: number, to: number, name: string): boolean {
  if (name.length !== to - from) return false;
  for (let at = 0; at < name.length; at += 1) if (source.charCodeAt(from + at) !== name.charCodeAt(at)) return false;
  return true;
}

function skipPast(source: string, mark: string, from: number): number {
  const at = source.indexOf(mark, from);
  return at === -1 ? NEEDS_MORE : at + mark.length;
}
