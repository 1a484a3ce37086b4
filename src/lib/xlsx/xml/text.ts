const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const [CARRIAGE_RETURN, AMPERSAND, ZERO, UNDERSCORE, SMALL_X] = [13, 38, 48, 95, 120];
const ASCII_END = 128;
/** As many as make a small number. */
const MAX_DIGITS = 9;

/** The text of source[start, end) with the five entities, numeric references and line ends resolved; unknown entities stay as they are. */
export function decodeText(source: Buffer, start: number, end: number): string {
  for (let at = start; at < end; at += 1) {
    const code = source[at];
    if (code === AMPERSAND || code === CARRIAGE_RETURN) return resolve(source.toString('utf8', start, end));
  }
  return textOf(source, start, end);
}

/** The bytes as they are, malformed ones as U+FFFD. ASCII, as most numbers and names are, is made at half the price, one letter for nothing. */
export function textOf(source: Buffer, start: number, end: number): string {
  let all = 0;
  for (let at = start; at < end; at += 1) all |= source[at] ?? 0;
  if (all >= ASCII_END) return source.toString('utf8', start, end);
  return end - start === 1 ? String.fromCharCode(all) : source.toString('latin1', start, end);
}

/** Text that has no entities: only its line ends are resolved. */
export function literalText(source: Buffer, start: number, end: number): string {
  return source.toString('utf8', start, end).replace(/\r\n?/g, '\n');
}

/** Whether neither `decodeText` nor `unescapeCell` would find anything to resolve. */
export function isPlain(source: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const code = source[at] ?? 0;
    if (code === AMPERSAND || code === CARRIAGE_RETURN) return false;
    if (code === UNDERSCORE && source[at + 1] === SMALL_X) return false;
  }
  return true;
}

/** The number that source[start, end) writes as String() would, in up to nine digits; -1 otherwise. */
export function wholeNumber(source: Buffer, start: number, end: number): number {
  const length = end - start;
  if (length === 0 || length > MAX_DIGITS || (length > 1 && source[start] === ZERO)) return -1;
  let number = 0;
  for (let at = start; at < end; at += 1) {
    const digit = (source[at] ?? 0) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return -1;
    number = number * 10 + digit;
  }
  return number;
}

function resolve(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(\w+));/g, (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return NAMED[name] ?? whole;
      return character(hex === undefined ? Number.parseInt(decimal ?? '', 10) : Number.parseInt(hex, 16));
    });
}

/** PostgreSQL takes no NUL and XML allows none: it is dropped. */
function character(code: number): string {
  if (code === 0 || code > 0x10ffff) return '';
  return String.fromCodePoint(code);
}

/** Excel writes characters that XML cannot hold as `_xHHHH_`, in shared, inline and formula strings alike. */
export function unescapeCell(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9a-fA-F]{4})_/g, (_, hex: string) => {
    const code = Number.parseInt(hex, 16);
    return code === 0 ? '' : String.fromCharCode(code);
  });
}
