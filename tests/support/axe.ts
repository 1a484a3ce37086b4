import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const everything = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What a theme may change. */
export const coloursOnly = ['color-contrast', 'link-in-text-block'];

/** What axe finds wrong on a page, once its scripts have run: a line a rule, with the first elements that break it. */
export async function axeFaults(page: Page, url: string, rules = everything): Promise<string[]> {
  const options: RunOptions = { runOnly: rules, resultTypes: ['violations'] };
  await page.goto(url, { waitUntil: 'load' });
  await page.evaluate(source);
  const { violations } = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as AxeResults;
  return violations.map(({ id, help, nodes }) => {
    const where = nodes.slice(0, 3).map(({ target }) => target.join(' '));
    return `${new URL(url).pathname} ${id}: ${help} (${nodes.length}: ${where.join(', ')})`;
  });
}
