import { asWorkbookFault, WorkbookFault } from '../fault.ts';
import { decodeXml } from '../xml/decode.ts';
import { XmlScanner } from '../xml/scanner.ts';
import type { XmlTag } from '../xml/tag.ts';
import type { Package } from './package.ts';

/** Workbook, relationships and styles are small in any honest file; the styles of the worst ones reach a few MiB. */
const MAX_BYTES = 64 * 2 ** 20;

/** Runs through a small part and shows every opening tag, with the names of the elements around it. */
export async function readXml(
  pack: Package,
  part: string,
  open: (name: string, tag: XmlTag, parents: readonly string[]) => void,
): Promise<void> {
  const parents: string[] = [];
  const scanner = new XmlScanner({
    open(name, tag) {
      open(name, tag, parents);
      parents.push(name);
    },
    close: () => parents.pop(),
    text() {},
  });
  let size = 0;
  try {
    for await (const bytes of decodeXml(pack.read(part))) {
      size += bytes.length;
      if (size > MAX_BYTES) throw new WorkbookFault('too-large', `${part} is over its size`);
      scanner.write(bytes);
    }
    scanner.end();
  } catch (error) {
    throw asWorkbookFault(error);
  }
}
