import { glob, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './environment.ts';
import { runQuietly } from './run.ts';

export const TAILWIND = 'node_modules/@tailwindcss/cli/dist/index.mjs';
export const CSS = ['-i', 'src/web/css/app.css', '-o', 'public/css/app.css'];

// Whatever may name a class, and the style sheet's own sources.
const SOURCES = ['views/**/*.njk', 'src/**/*.{ts,css,json}', 'public/js/*.js', 'package-lock.json'];

/** Builds the style sheet unless it is newer than everything it is made of. */
export async function buildCss(): Promise<void> {
  const built = await changedAt('public/css/app.css');
  for await (const path of glob(SOURCES, { cwd: ROOT, exclude: ['src/generated'] })) {
    if ((await changedAt(path)) >= built) return runQuietly(TAILWIND, ...CSS, '--minify');
  }
}

async function changedAt(path: string): Promise<number> {
  return (await stat(join(ROOT, path)).catch(() => undefined))?.mtimeMs ?? 0;
}
