import { escapeCell, needsPreserving } from './escape.ts';
import { type CellValue, type Column, columnName, isNumber } from './sheet-xml.ts';

/** Writes a row into `target` from `start` on; answers where it ends, or -1 when there is no room. Values beyond the columns are dropped. */
export type RowWriter = (target: Buffer, start: number, number: number, values: readonly CellValue[]) => number;

const NO_ROOM = -1;
const NEEDS_ESCAPING = -1;
/** More than all tags of a cell, and of the row around it, take. */
const TAGS = 128;
const WIDEST = 3;
const LONGEST = 32_767;
const [UNDERSCORE, SMALL_X] = [95, 120];
const SPECIAL = Uint8Array.from({ length: 128 }, (_, code) =>
  (code < 32 && code !== 9 && code !== 10) || '<>&"'.includes(String.fromCharCode(code)) ? 1 : 0,
);

/**
 * Makes the function that writes the rows of a sheet. It puts bytes down one by one, because millions of short strings are what a
 * big export's time and memory would go into.
 */
export function createRowWriter(columns: readonly Column[]): RowWriter {
  const openings = columns.map((_, index) => `<c r="${columnName(index)}`);
  const numeric = columns.map(({ type }) => type === 'number');
  return (target, start, number, values) => {
    if (start + TAGS > target.length) return NO_ROOM;
    const digits = String(number);
    let at = tag(target, tag(target, tag(target, start, '<row r="'), digits), '">');
    for (let index = 0; index < openings.length; index += 1) {
      const value = values[index];
      if (value === null || value === undefined || value === '') continue;
      const text = String(value);
      if (at + Math.min(text.length, LONGEST) * WIDEST + TAGS > target.length) return NO_ROOM;
      at = tag(target, tag(target, at, openings[index] ?? ''), digits);
      at = numeric[index] && isNumber(value) ? numberCell(target, at, text) : textCell(target, at, text);
      if (at === NO_ROOM) return NO_ROOM;
    }
    return tag(target, at, '</row>');
  };
}

function numberCell(target: Buffer, start: number, text: string): number {
  return tag(target, tag(target, tag(target, start, '"><v>'), text), '</v></c>');
}

function textCell(target: Buffer, start: number, text: string): number {
  const opening = needsPreserving(text) ? '" t="inlineStr"><is><t xml:space="preserve">' : '" t="inlineStr"><is><t>';
  const at = tag(target, start, opening);
  const end = text.length > LONGEST ? NEEDS_ESCAPING : plainText(target, at, text);
  if (end !== NEEDS_ESCAPING) return tag(target, end, '</t></is></c>');
  const escaped = escapeCell(text);
  if (at + escaped.length * WIDEST + TAGS > target.length) return NO_ROOM;
  return tag(target, at + target.write(escaped, at), '</t></is></c>');
}

/** Tags, digits and numbers are ASCII. */
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
