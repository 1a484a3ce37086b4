import { damagedBytes } from './byte-damage.ts';
import type { Random } from './random.ts';
import type { Part } from './zip-bytes.ts';

const NASTY = [
  '',
  '-1',
  '0',
  '1e999',
  '4294967296',
  '2000000000',
  'A0',
  'AAAAAAA9',
  'XFE1',
  '&#x110000;',
  '&#0;',
  '&lt;',
  'NaN',
  'rId1',
  'ы'.repeat(70_000),
];
const INSERTIONS = [
  '<',
  '>',
  '&',
  '"',
  '</row>',
  '<row>',
  '<c>',
  '</c>',
  '<v>7</v>',
  '<t>',
  '<!--',
  '-->',
  '<![CDATA[',
  ']]>',
  '<?',
  '<!DOCTYPE a [<!ENTITY b "c">]>',
  '\u0000',
  '<sheetData>',
  '</sheetData>',
  '<si/>',
  '<a '.repeat(300),
  '<a>'.repeat(300),
  ' '.repeat(2 ** 20 + 1),
];

/** Damage done before packing: sizes and checksums agree, so that it is the XML reader's turn. */
export function damagedParts(random: Random, parts: readonly Part[]): Part[] {
  const [one, other] = [random.pick(parts), random.pick(parts)];
  const replaced = (content: Buffer) => parts.map((part): Part => (part === one ? [part[0], content] : part));
  const xml = one[1].toString('latin1');
  const rewritten = (text: string) => replaced(Buffer.from(text, 'latin1'));
  return random.pick<() => Part[]>([
    () => parts.map((part): Part => (part === one ? [one[0], other[1]] : part === other ? [other[0], one[1]] : part)),
    () => [...parts, [one[0], other[1]]],
    () => parts.filter((part) => part !== one),
    () => replaced(damagedBytes(random, one[1])),
    () => replaced(damagedBytes(random, one[1])),
    () => rewritten(damagedAttribute(random, xml)),
    () => rewritten(damagedAttribute(random, xml)),
    () => rewritten(damagedTag(random, xml)),
    () => rewritten(damagedTag(random, xml)),
    () => rewritten(inserted(random, xml)),
    () => rewritten(inserted(random, xml)),
  ])();
}

function damagedAttribute(random: Random, xml: string): string {
  return changed(random, xml, /[\w:]+\s*=\s*(?:"[^"]*"|'[^']*')/g, (found) => {
    const name = found.slice(0, found.indexOf('=') + 1);
    return random.pick([
      `${name}"${random.pick(NASTY)}"`,
      `${name}"`,
      name,
      `${found} ${found}`,
      '',
      `${name}${random.pick(NASTY)}`,
    ]);
  });
}

function damagedTag(random: Random, xml: string): string {
  return changed(random, xml, /<[^>]*>/g, (found) =>
    random.pick([
      '',
      found + found,
      found.replace(/\w/, 'q'),
      found.replace('/', ''),
      found.slice(0, -1),
      found.replace('>', '/>'),
    ]),
  );
}

function inserted(random: Random, xml: string): string {
  const at = random.below(xml.length + 1);
  return xml.slice(0, at) + random.pick(INSERTIONS) + xml.slice(at);
}

/** Changes one of the places, any of them. */
function changed(random: Random, text: string, places: RegExp, change: (found: string) => string): string {
  const chosen = random.below(Math.max(text.match(places)?.length ?? 0, 1));
  let seen = 0;
  return text.replace(places, (found) => {
    seen += 1;
    return seen - 1 === chosen ? change(found) : found;
  });
}
