const MAX_NAME = 31;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are forbidden in XML
const FORBIDDEN = /[[\]:*?/\\\u0000-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

/**
 * Makes names that Excel accepts: no `[ ] : * ? / \`, no apostrophe at either end, not "History", at most 31 characters, unique
 * without regard to case. The second sheet of a name becomes `Name (2)`.
 */
export function createSheetNamer(): (wanted: string) => string {
  const taken = new Set(['history']);
  return (wanted) => {
    const clean = cleanName(wanted);
    let name = shortened(clean, MAX_NAME);
    for (let copy = 2; taken.has(name.toLowerCase()); copy += 1) {
      const suffix = ` (${copy})`;
      name = shortened(clean, MAX_NAME - suffix.length) + suffix;
    }
    taken.add(name.toLowerCase());
    return name;
  };
}

function cleanName(wanted: string): string {
  const clean = wanted
    .replace(FORBIDDEN, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^['\s]+|['\s]+$/g, '');
  return clean === '' ? 'Sheet' : clean;
}

/** Cuts between characters, never inside a surrogate pair. */
function shortened(name: string, length: number): string {
  if (name.length <= length) return name;
  return name
    .slice(0, length)
    .replace(/[\ud800-\udbff]$/, '')
    .replace(/['\s]+$/, '');
}
