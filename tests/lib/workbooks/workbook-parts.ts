import type { Habits } from './habits.ts';
import type { Model } from './model.ts';
import type { Random } from './random.ts';
import { sheetContent } from './sheet-words.ts';
import { createStringPool } from './string-pool.ts';
import { createXmlWords, type XmlWords } from './xml-words.ts';
import type { Part } from './zip-bytes.ts';

const TRANSITIONAL = 'http://schemas.openxmlformats.org';
const STRICT = 'http://purl.oclc.org/ooxml';

/** The parts of a workbook as a program with these habits writes them, in the order in which it packs them. */
export function workbookParts(random: Random, model: Model, habits: Habits): Part[] {
  const words = createXmlWords(habits);
  const plain = createXmlWords(habits, '');
  const origin = habits.strict ? STRICT : TRANSITIONAL;
  const main = `${origin}/spreadsheetml/main`;
  const names = { [habits.prefix === '' ? 'xmlns' : `xmlns:${habits.prefix.slice(0, -1)}`]: main, 'xmlns:r': origin };
  const pool = createStringPool(random, habits, words, main);
  const sheets = model.sheets.map(
    (sheet, at): Part => [
      sheetName(at),
      words.part('worksheet', names, sheetContent({ random, habits, words, pool }, sheet)),
    ],
  );
  const links: Link[] = [
    ...model.sheets.map((_, at): Link => ['worksheet', `worksheets/sheet${at + 1}.xml`]),
    ['styles', 'styles.xml'],
    ['sharedStrings', 'sharedStrings.xml'],
  ];
  const parts: Part[] = [
    ['[Content_Types].xml', plain.part('Types', { xmlns: `${TRANSITIONAL}/package/2006/content-types` }, '')],
    ['_rels/.rels', relationships(plain, origin, habits, '', [['officeDocument', 'xl/workbook.xml']])],
    ['xl/workbook.xml', workbook(words, names, model, habits)],
    ['xl/_rels/workbook.xml.rels', relationships(plain, origin, habits, 'xl/', links)],
    ...sheets,
    ['xl/styles.xml', styles(words, names)],
    ['xl/sharedStrings.xml', pool.part()],
  ];
  return packedAs(random, habits, parts);
}

type Link = readonly [type: string, target: string];

function sheetName(index: number): string {
  return `xl/worksheets/sheet${index + 1}.xml`;
}

function relationships(words: XmlWords, origin: string, { layout }: Habits, folder: string, links: Link[]): Buffer {
  const rows = links.map(([type, target], at) => {
    const address = { excel: target, absolute: `/${folder}${target}`, odd: `./x/../${target.toUpperCase()}` };
    const Target = layout === 'backslashes' ? target.replaceAll('/', '\\') : address[layout];
    return words.tag('Relationship', { Id: `rId${at + 1}`, Type: `${origin}/officeDocument/${type}`, Target });
  });
  return words.part('Relationships', { xmlns: `${TRANSITIONAL}/package/2006/relationships` }, rows.join(''));
}

function workbook(words: XmlWords, names: Record<string, string>, model: Model, habits: Habits): Buffer {
  const { tag } = words;
  const sheets = model.sheets.map(({ name, state }, at) =>
    tag('sheet', {
      name,
      sheetId: 10 + at,
      state: state === 'visible' ? undefined : state,
      'r:id': `rId${at + 1}`,
    }),
  );
  const properties = tag('workbookPr', { date1904: habits.date1904 ? (habits.strict ? 'true' : 1) : undefined });
  const views = tag('bookViews', {}, tag('workbookView', { activeTab: model.active === 0 ? undefined : model.active }));
  return words.part('workbook', names, properties + views + tag('sheets', {}, sheets.join('')));
}

/** Formats 2 and 3 are Excel's own, 4 and 5 a person's. */
function styles({ tag, part }: XmlWords, names: Record<string, string>): Buffer {
  const formats = [
    tag('numFmt', { numFmtId: 164, formatCode: '[$-419]dd\\.mm\\.yyyy;@' }),
    tag('numFmt', { numFmtId: 165, formatCode: 'dd/mm/yyyy\\ "в" h:mm' }),
  ];
  const cells = [0, 0, 14, 22, 164, 165].map((numFmtId) => tag('xf', { numFmtId, applyNumberFormat: 1 }));
  const base = tag('cellStyleXfs', {}, tag('xf', { numFmtId: 14 }));
  return part('styleSheet', names, tag('numFmts', {}, formats.join('')) + base + tag('cellXfs', {}, cells.join('')));
}

function packedAs(random: Random, { layout, zip }: Habits, parts: Part[]): Part[] {
  const named = parts.map(
    ([name, content]): Part => [layout === 'backslashes' ? name.replaceAll('/', '\\') : name, content],
  );
  const folders: Part[] = zip.folders ? ['_rels/', 'xl/', 'xl/worksheets/'].map((name) => [name, Buffer.alloc(0)]) : [];
  return [...folders, ...(zip.shuffled ? random.shuffled(named) : named)];
}
