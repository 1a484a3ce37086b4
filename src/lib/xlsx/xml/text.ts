const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const [AMPERSAND, CARRIAGE_RETURN] = [38, 13];

/** The text of source[start, end) with the five entities, numeric references and line ends resolved; unknown entities stay as they are. */
export function decodeText(source: string, start: number, end: number): string {
  for (let at = start; at < end; at += 1) {
    const code = source.charCodeAt(at);
    if (code === AMPERSAND || code === CARRIAGE_RETURN) return resolve(source.slice(start, end));
  }
  return source.slice(start, end);
}

/** Text that has no entities: only its line ends are resolved. */
export function literalText(source: string, start: number, end: number): string {
  return source.slice(start, end).replace(/\r\n?/g, '\n');
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
