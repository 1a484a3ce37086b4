import { posix } from 'node:path';
import { WorkbookFault } from '../fault.ts';
import type { XmlTag } from '../xml/tag.ts';
import type { Package } from './package.ts';
import { readXml } from './read-xml.ts';

/** Excel itself stops far earlier; a list of millions is an attack. */
const MAX_LISTED = 10_000;
const WORKBOOK = 'xl/workbook.xml';

export interface ManifestSheet {
  name: string;
  hidden: boolean;
  active: boolean;
  part: string;
}

/** What workbook.xml and its relationships say: the worksheets in tab order and where everything lies. */
export interface Manifest {
  sheets: ManifestSheet[];
  date1904: boolean;
  strings: string | undefined;
  styles: string | undefined;
}

interface Relationship {
  type: string;
  target: string;
}

/** Finds the workbook inside the package; faults: `ods`, `xlsb`, `not-a-workbook`, `no-sheets`, `damaged`. */
export async function readManifest(pack: Package): Promise<Manifest> {
  await refuseOpenDocument(pack);
  const workbook = await findWorkbook(pack);
  const links = await readRelationships(pack, workbook);
  const listed = await readWorkbook(pack, workbook);
  const sheets = listed.sheets.flatMap(({ id, name, hidden }, index) => {
    const link = links.get(id) ?? guessedSheet(links, index);
    if (link.type !== 'worksheet') return [];
    return [{ name, hidden, active: index === listed.activeTab, part: link.target }];
  });
  if (sheets.length === 0) throw new WorkbookFault('no-sheets', 'no worksheet in the workbook');
  if (new Set(sheets.map(({ part }) => part.toLowerCase())).size < sheets.length) {
    throw new WorkbookFault('damaged', 'two sheets in one part');
  }
  return {
    sheets,
    date1904: listed.date1904,
    strings: partOf(pack, links, 'sharedStrings'),
    styles: partOf(pack, links, 'styles'),
  };
}

async function refuseOpenDocument(pack: Package): Promise<void> {
  if (!pack.has('mimetype')) return;
  for await (const chunk of pack.read('mimetype')) {
    if (Buffer.from(chunk).includes('opendocument')) throw new WorkbookFault('ods', 'an OpenDocument file');
    return;
  }
}

async function findWorkbook(pack: Package): Promise<string> {
  const links = pack.has('_rels/.rels') ? [...(await readRelationships(pack, '')).values()] : [];
  const target = links.find(({ type }) => type === 'officeDocument')?.target ?? WORKBOOK;
  if (target.toLowerCase().endsWith('.bin')) throw new WorkbookFault('xlsb', 'a binary workbook');
  if (!pack.has(target)) throw new WorkbookFault('not-a-workbook', `a zip without ${target}`);
  return target;
}

/** Transitional and strict files give the types different addresses with the same last word. */
async function readRelationships(pack: Package, source: string): Promise<Map<string, Relationship>> {
  const folder = posix.dirname(source);
  const part = posix.join(folder, '_rels', `${posix.basename(source)}.rels`);
  const links = new Map<string, Relationship>();
  if (!pack.has(part)) return links;
  await readXml(pack, part, (name, tag) => {
    if (name !== 'Relationship' || tag.attribute('TargetMode') === 'External') return;
    if (links.size >= MAX_LISTED) throw new WorkbookFault('too-large', 'too many relationships');
    const target = posix.resolve('/', folder, (tag.attribute('Target') ?? '').replaceAll('\\', '/')).slice(1);
    links.set(tag.attribute('Id') ?? '', { type: posix.basename(tag.attribute('Type') ?? ''), target });
  });
  return links;
}

interface ListedSheet {
  id: string;
  name: string;
  hidden: boolean;
}

async function readWorkbook(pack: Package, workbook: string) {
  const sheets: ListedSheet[] = [];
  let activeTab: number | undefined;
  let date1904 = false;
  let root: string | undefined;
  await readXml(pack, workbook, (name, tag) => {
    root ??= name;
    if (root !== 'workbook') throw new WorkbookFault('not-a-workbook', `a document of another kind: ${root}`);
    if (name === 'sheet') sheets.push(listedSheet(tag, sheets.length));
    if (name === 'workbookView') activeTab ??= Number(tag.attribute('activeTab') ?? 0);
    if (name === 'workbookPr') date1904 = ['1', 'true', 'on'].includes(tag.attribute('date1904') ?? '');
  });
  return { sheets, activeTab: activeTab ?? 0, date1904 };
}

function listedSheet(tag: XmlTag, count: number): ListedSheet {
  if (count >= MAX_LISTED) throw new WorkbookFault('too-large', 'too many sheets');
  const state = tag.attribute('state');
  return {
    id: tag.attribute('id') ?? '',
    name: tag.attribute('name') ?? '',
    hidden: state === 'hidden' || state === 'veryHidden',
  };
}

/** A workbook without relationships at all still has its sheets at the usual address. */
function guessedSheet(links: Map<string, Relationship>, index: number): Relationship {
  if (links.size > 0) throw new WorkbookFault('damaged', `sheet ${index + 1} points nowhere`);
  return { type: 'worksheet', target: `xl/worksheets/sheet${index + 1}.xml` };
}

function partOf(pack: Package, links: Map<string, Relationship>, type: string): string | undefined {
  const linked = [...links.values()].find((link) => link.type === type)?.target ?? `xl/${type}.xml`;
  return pack.has(linked) ? linked : undefined;
}
