import type { HTMLElement } from 'node-html-parser';
import { inSqlTransaction } from '../../src/ctx.ts';
import { type Event, notify } from '../../src/modules/notifications/index.ts';
import type { TestHouse } from '../support/house.ts';
import type { TestUser } from './users.ts';

/** Somebody (or nobody: a job) does what the event tells of, and everybody is told. */
export async function happen(house: TestHouse, event: Event, { by, now }: { by?: TestUser; now?: Date } = {}) {
  const ctx = by ? await house.ctxOf(by, now) : house.ctx(now ? { now } : {});
  await inSqlTransaction(ctx, (tx) => notify(tx, event));
  await house.drain();
}

/** A person whose address was confirmed, and who waits: `of` others besides if that matters. */
export const application = (name: string): Event => ({
  type: 'registration.waits',
  subjectId: 1_000_000 + Math.floor(Math.random() * 1_000_000_000),
  params: { name },
});

/** The words of the rows of a list of notices. */
export const wordsOn = (page: HTMLElement): string[] =>
  page.querySelectorAll('.notice-open').map((button) => button.innerText.trim().replace(/^Новое: /, ''));

/** What the bell of a page shows; 0 when it shows nothing. */
export function bellOn(page: HTMLElement): string {
  const badge = page.querySelector('.bell .nav-badge');
  return badge?.hasAttribute('hidden') ? '0' : (badge?.querySelector('[data-badge-count]')?.innerText ?? '');
}
