import type { Page } from 'playwright-core';

/** Collects what a browser complains of on this page: script errors, console errors, refused content. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  const note = (text: string): void => {
    complaints.push(`${new URL(page.url()).pathname}: ${text}`);
  };
  page.on('pageerror', (error) => note(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') note(message.text());
  });
  return complaints;
}
