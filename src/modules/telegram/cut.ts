/** The longest text that Telegram takes, in UTF-16 units, as both of us count. */
export const longest = 4096;

/** A text in parts that Telegram takes, cut where a line or a word ends; a word longer than that is cut inside, never in a sign. */
export function cut(text: string, most = longest): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > most) {
    const at = endBefore(rest, most);
    parts.push(rest.slice(0, at).trimEnd());
    rest = rest.slice(at).trimStart();
  }
  return [...parts, rest].filter((part) => part !== '');
}

function endBefore(text: string, most: number): number {
  const part = text.slice(0, most + 1);
  const line = part.lastIndexOf('\n');
  if (line > most / 2) return line;
  const word = Math.max(part.lastIndexOf(' '), line);
  if (word > 0) return word;
  // Between the halves of a sign there is no place to cut.
  return /[\uD800-\uDBFF]/.test(text[most - 1] ?? '') ? most - 1 : most;
}
