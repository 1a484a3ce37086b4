/** The most that Excel takes into a cell; a file with more is "repaired" by it. */
const MAX_CELL = 32_767;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML forbids
const SPECIAL = /[<>&"\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]|_x[0-9a-fA-F]{4}_/;
const REPLACED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML forbids
  /[<>&"\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|_(?=x[0-9a-fA-F]{4}_)|\p{Surrogate}/gu;
const ESCAPES: Record<string, string> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  _: '_x005F_',
};

/**
 * Text for a cell. Line ends become LF, the only one a cell knows; characters that XML cannot hold are dropped; what looks like
 * Excel's own `_xHHHH_` escape is kept literal.
 */
export function escapeCell(text: string): string {
  const kept = text.length > MAX_CELL ? text.slice(0, MAX_CELL) : text;
  if (!SPECIAL.test(kept)) return kept;
  return kept.replace(/\r\n?/g, '\n').replace(REPLACED, (found) => ESCAPES[found] ?? '');
}

/** Without the mark, XML readers may drop spaces and line breaks at either end. */
export function needsPreserving(text: string): boolean {
  return text.charCodeAt(0) <= 32 || text.charCodeAt(text.length - 1) <= 32;
}
