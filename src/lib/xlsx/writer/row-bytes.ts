import { type CopiedRows, cellStart, cellText, isBlank } from '../../copied-rows.ts';
import { escapeCell, needsPreserving } from './escape.ts';
import { type CellValue, type Column, columnName, isNumber } from './sheet-xml.ts';

/** Rows that are at hand together: of values, or bytes as PostgreSQL has written them. */
export type RowBatch = readonly (readonly CellValue[])[] | CopiedRows;

/**
 * Writes a batch's row `row` as the file's row `number` into `target` from `start` on; answers where it ends, or -1 when there is no
 * room. Values beyond the columns are dropped.
 */
export type RowWriter = (target: Buffer, start: number, number: number, batch: RowBatch, row: number) => number;

const NO_ROOM = -1;
const NEEDS_ESCAPING = -1;
/** More than all tags of a cell, and of the row around it, take. */
const TAGS = 128;
const WIDEST = 3;
const LONGEST = 32_767;
const [UNDERSCORE, SMALL_X, BACKSLASH] = [95, 120, 92];
const SPECIAL = Uint8Array.from({ length: 128 }, (_, code) =>
  (code < 32 && code !== 9 && code !== 10) || '<>&"'.includes(String.fromCharCode(code)) ? 1 : 0,
);
const COPIED_SPECIAL = Uint8Array.from({ length: 256 }, (_, byte) =>
  SPECIAL[byte] === 1 || byte === BACKSLASH || byte === UNDERSCORE || byte === 0xef ? 1 : 0,
);

/**
 * Makes the function that writes the rows of a sheet. It puts bytes down one by one, because millions of short strings are what a
 * big export's time and memory would go into.
 */
export function createRowWriter(columns: readonly Column[]): RowWriter {
  const openings = columns.map((_, index) => Buffer.from(`<c r="${columnName(index)}`));
  const numeric = columns.map(({ type }) => type === 'number');
  const places = columns.map(({ cell }, index) => cell ?? index);

  const fromValue = (target: Buffer, at: number, index: number, value: CellValue, digits: string): number => {
    if (value === null || value === undefined || value === '') return at;
    const text = String(value);
    if (at + Math.min(text.length, LONGEST) * WIDEST + TAGS > target.length) return NO_ROOM;
    const begun = tag(target, put(target, at, openings[index]), digits);
    return numeric[index] && isNumber(value) ? numberCell(target, begun, text) : textCell(target, begun, text);
  };

  const fromCopy = (
    target: Buffer,
    at: number,
    index: number,
    rows: CopiedRows,
    row: number,
    digits: string,
  ): number => {
    const cell = row * rows.width + (places[index] ?? 0);
    const from = cellStart(rows, cell);
    const to = rows.ends[cell] ?? from;
    if (isBlank(rows.bytes, from, to)) return at;
    const shown = columns[index]?.shown;
    if (shown) return fromValue(target, at, index, shown(cellText(rows.bytes, from, to)), digits);
    if (at + Math.min(to - from, LONGEST) * WIDEST + TAGS > target.length) return NO_ROOM;
    const begun = tag(target, put(target, at, openings[index]), digits);
    if (numeric[index]) {
      const text = cellText(rows.bytes, from, to);
      return isNumber(Number(text)) ? numberCell(target, begun, text) : textCell(target, begun, text);
    }
    return copiedCell(target, begun, rows.bytes, from, to);
  };

  return (target, start, number, batch, row) => {
    if (start + TAGS > target.length) return NO_ROOM;
    const digits = String(number);
    const values = 'ends' in batch ? undefined : batch[row];
    let at = tag(target, tag(target, put(target, start, ROW), digits), '">');
    for (let index = 0; index < openings.length; index += 1) {
      at =
        'ends' in batch
          ? fromCopy(target, at, index, batch, row, digits)
          : fromValue(target, at, index, values?.[index], digits);
      if (at === NO_ROOM) return NO_ROOM;
    }
    return put(target, at, ROW_END);
  };
}

const ROW = Buffer.from('<row r="');
const ROW_END = Buffer.from('</row>');
const TEXT = Buffer.from('" t="inlineStr"><is><t>');
const KEPT_TEXT = Buffer.from('" t="inlineStr"><is><t xml:space="preserve">');
const TEXT_END = Buffer.from('</t></is></c>');

/** A cell's bytes as they are when nothing in them needs escaping, as nearly always; else by way of a string. */
function copiedCell(target: Buffer, start: number, bytes: Buffer, from: number, to: number): number {
  const keep = (bytes[from] ?? 0) <= 32 || (bytes[to - 1] ?? 0) <= 32;
  let at = put(target, start, keep ? KEPT_TEXT : TEXT);
  if (to - from > LONGEST) return textCell(target, start, cellText(bytes, from, to));
  for (let index = from; index < to; index += 1) {
    const byte = bytes[index] ?? 0;
    // U+FFFE and U+FFFF, which XML forbids, are EF BF BE and EF BF BF.
    if (
      COPIED_SPECIAL[byte] === 1 &&
      (byte !== UNDERSCORE || bytes[index + 1] === SMALL_X) &&
      (byte !== 0xef || bytes[index + 1] === 0xbf)
    )
      return textCell(target, start, cellText(bytes, from, to));
    target[at] = byte;
    at += 1;
  }
  return put(target, at, TEXT_END);
}

function numberCell(target: Buffer, start: number, text: string): number {
  return tag(target, tag(target, tag(target, start, '"><v>'), text), '</v></c>');
}

function textCell(target: Buffer, start: number, text: string): number {
  const at = put(target, start, needsPreserving(text) ? KEPT_TEXT : TEXT);
  const end = text.length > LONGEST ? NEEDS_ESCAPING : plainText(target, at, text);
  if (end !== NEEDS_ESCAPING) return put(target, end, TEXT_END);
  const escaped = escapeCell(text);
  if (at + escaped.length * WIDEST + TAGS > target.length) return NO_ROOM;
  return put(target, at + target.write(escaped, at), TEXT_END);
}

function put(target: Buffer, start: number, tags: Buffer | undefined): number {
  if (!tags) return start;
  for (let index = 0; index < tags.length; index += 1) target[start + index] = tags[index] ?? 0;
  return start + tags.length;
}

/** Digits and numbers are ASCII. */
function tag(target: Buffer, start: number, text: string): number {
  for (let index = 0; index < text.length; index += 1) target[start + index] = text.charCodeAt(index);
  return start + text.length;
}

/** UTF-8 of a text that needs no escaping, as nearly none does; else NEEDS_ESCAPING, and what was written is void. */
function plainText(target: Buffer, start: number, text: string): number {
  let at = start;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x80) {
      if (SPECIAL[code] === 1 || (code === UNDERSCORE && text.charCodeAt(index + 1) === SMALL_X)) return NEEDS_ESCAPING;
      target[at] = code;
      at += 1;
    } else if (code < 0x800) {
      target[at] = 0xc0 | (code >> 6);
      target[at + 1] = 0x80 | (code & 0x3f);
      at += 2;
    } else {
      if ((code >= 0xd800 && code < 0xe000) || code >= 0xfffe) return NEEDS_ESCAPING;
      target[at] = 0xe0 | (code >> 12);
      target[at + 1] = 0x80 | ((code >> 6) & 0x3f);
      target[at + 2] = 0x80 | (code & 0x3f);
      at += 3;
    }
  }
  return at;
}
