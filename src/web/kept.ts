import { randomBytes } from 'node:crypto';
import { type SafeHtml, safeHtml } from './html.ts';

export type FormState = { values?: Record<string, unknown>; errors?: Record<string, string> };
type Piece = { html: SafeHtml; bytes?: Buffer };

const MOST_LETTERS = 8_000_000;
const LONG = 400;
// A megabyte that somebody typed into a field would drive out what all pages share.
const LONGEST_KEY = 20_000;
// Nobody who writes into the house can know it; a key has every text as it is, so it is found there.
const MARK = `\uE000${randomBytes(6).toString('hex')}\uE000`;

/**
 * Pieces of pages that were drawn before, by what they were drawn from: of a list of fifty rows, forty-nine are as they were a minute ago.
 * A piece must depend on nothing else than `from` and the audience: not on the clock, not on who looks. Without an audience
 * nothing is kept. The oldest are forgotten first.
 */
export class KeptPieces {
  /** For whom the page in work is drawn: its language and zone. */
  audience = '';
  /** What was typed on it, and what is wrong with that. */
  form: FormState | undefined;
  readonly #pieces = new Map<string, Piece>();
  #within = false;
  #letters = 0;
  /** The long pieces of a page that will be sent as bytes; null where a text is wanted. */
  #bytes: Buffer[] | null = null;

  keep(what: string, from: unknown, draw: () => unknown): SafeHtml {
    // A part of a piece is kept with the whole of it.
    if (!this.audience || this.#within) return safeHtml(String(draw()));
    const key = `${what} ${this.audience} ${spelt(from)}`;
    const known = this.#pieces.get(key);
    // Drawn from a place of another page's piece, it would be of that page only.
    if (!known && (key.length > LONGEST_KEY || key.includes(MARK))) return safeHtml(String(draw()));
    const piece = known ?? this.#add(key, draw);
    if (!this.#bytes || piece.html.length < LONG) return piece.html;
    piece.bytes ??= Buffer.from(String(piece.html));
    return safeHtml(`${MARK}${this.#bytes.push(piece.bytes) - 1}${MARK}`);
  }

  /** A page as bytes. Most of a list is rows that were made into bytes before; only what is around them is encoded anew. */
  pageOf(draw: () => string): Buffer {
    const before = this.#bytes;
    const bytes: Buffer[] = [];
    this.#bytes = bytes;
    try {
      const parts = draw().split(MARK);
      return Buffer.concat(parts.map((part, n) => (n % 2 === 0 ? Buffer.from(part) : (bytes[Number(part)] ?? none))));
    } finally {
      this.#bytes = before;
    }
  }

  #add(key: string, draw: () => unknown): Piece {
    const piece = { html: safeHtml(this.#drawn(draw)) };
    this.#pieces.set(key, piece);
    this.#letters += key.length + piece.html.length;
    if (this.#letters > MOST_LETTERS) this.#forget();
    return piece;
  }

  #drawn(draw: () => unknown): string {
    this.#within = true;
    try {
      return String(draw());
    } finally {
      this.#within = false;
    }
  }

  #forget(): void {
    for (const [key, { html }] of this.#pieces) {
      this.#pieces.delete(key);
      this.#letters -= key.length + html.length;
      if (this.#letters < MOST_LETTERS * 0.9) return;
    }
  }
}

/**
 * Plain data as a text that no other data has: each text in it stands after its length, so none can be taken for what is around it. Every page
 * spells out its rows; this takes half the time of JSON, which looks at every letter.
 */
function spelt(value: unknown): string {
  if (typeof value === 'string') return `${value.length}'${value}`;
  if (typeof value !== 'object' || value === null) return `${typeof value === 'bigint' ? 'n' : ''}${String(value)};`;
  if (value instanceof Date) return `d${value.getTime()};`;
  if (value instanceof String) return `h${spelt(value.toString())}`;
  const name = nameOf.get(value);
  if (name !== undefined) return `c${name};`;
  let text = '';
  if (Array.isArray(value)) {
    for (const one of value) text += spelt(one);
    return `[${text}]`;
  }
  for (const word in value) text += spelt(word) + spelt((value as Record<string, unknown>)[word]);
  return `{${text}}`;
}

const MOST_NAMED = 1_000;
const named = new Map<string, number>();
const nameOf = new WeakMap<object, number>();
let lastName = 0;

/** Marks what all pieces of a list have in common, its columns say: in their keys it stands as a number instead of being spelt out in each. */
export function inCommon<T extends object>(value: T | null | undefined): T | null | undefined {
  if (!value || nameOf.has(value)) return value;
  const text = spelt(value);
  const name = named.get(text) ?? ++lastName;
  if (named.size >= MOST_NAMED) named.clear();
  named.set(text, name);
  nameOf.set(value, name);
  return value;
}

const none = Buffer.alloc(0);
