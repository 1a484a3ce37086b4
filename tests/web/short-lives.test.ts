import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const child = fileURLToPath(new URL('short-lives.child.ts', import.meta.url));

test('what a page was made of is gone when V8 has looked at the young', () => {
  const left = Number(execFileSync(process.execPath, ['--expose-gc', child], { encoding: 'utf8' }));
  // A hundred kilobytes while each page had a shape of its own, which holds what its accessors see.
  expect(left).toBeLessThan(20);
});
