import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const everything = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What a theme may change. */
const coloursOnly = ['color-contrast', 'link-in-text-block'];

/** What axe finds wrong on a page, once its scripts have run: a line a rule, with the first elements that break it. */
export async function axeFaults(page: Page, url: string): Promise<string[]> {
  await page.goto(url, { waitUntil: 'load' });
  await page.evaluate(source);
  return faultsOf(page, everything);
}

// However short transitions are, at first all colours are still those of the day; and what inherits a colour begins its own behind its parent's.
const settled = `(async () => {
  const running = () => document.getAnimations().filter((one) => one instanceof CSSTransition);
  for (let all = running(); all.length > 0; all = running()) await Promise.allSettled(all.map((one) => one.finished));
})()`;

const paper = 'getComputedStyle(document.body).backgroundColor';

/** The same of its colours alone by night, on the page that was looked at last. */
export async function axeFaultsByNight(page: Page): Promise<string[]> {
  const byDay = await page.evaluate(paper);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.evaluate(settled);
  if ((await page.evaluate(paper)) === byDay) throw new Error(`${page.url()} is by night as by day`);
  const faults = await faultsOf(page, coloursOnly);
  await page.emulateMedia({ colorScheme: 'light' });
  return faults.map((fault) => `by night ${fault}`);
}

async function faultsOf(page: Page, rules: string[]): Promise<string[]> {
  const options: RunOptions = { runOnly: rules, resultTypes: ['violations'] };
  const { violations } = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as AxeResults;
  return violations.map(({ id, help, nodes }) => {
    const where = nodes.slice(0, 3).map(({ target }) => target.join(' '));
    return `${new URL(page.url()).pathname} ${id}: ${help} (${nodes.length}: ${where.join(', ')})`;
  });
}
