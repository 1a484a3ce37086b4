import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Those that take a quarter of a minute and more. Begun last, one of them would keep one worker busy while the other has nothing to do.
const longest = [
  'whole/pages',
  'interleavings/',
  'lib/any-workbook',
  'threads/page',
  'whole/demo',
  'e2e/',
  'imports/',
  'lib/hostile-workbook',
  'bases/exports-at-once',
];

/** The order of the files: the longest first, then as vitest would have them. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification): number => {
      const rank = longest.findIndex((name) => moduleId.replaceAll('\\', '/').includes(`/tests/${name}`));
      return rank === -1 ? longest.length : rank;
    };
    return (await super.sort(files)).toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}
