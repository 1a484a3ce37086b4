import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { inject } from 'vitest';

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** A headless Chromium. Close it in afterAll. */
export async function launchBrowser(): Promise<Browser> {
  // No sandbox, since tests may run as root. Only our own pages are opened.
  const args = ['--no-sandbox', '--headless=shell', '--no-zygote'];
  return chromium.launch({ executablePath: inject('browser'), args });
}

/** The system's Chromium when there is one, else the one that an npm package brings. */
export async function browserPath(): Promise<string> {
  const installed = INSTALLED.find((path) => existsSync(path));
  if (installed) return installed;
  // Makes the package unpack the system libraries that a bare machine lacks.
  process.env.AWS_EXECUTION_ENV ??= 'AWS_Lambda_nodejs22.x';
  const { default: packaged } = await import('@sparticuz/chromium');
  return packaged.executablePath();
}
