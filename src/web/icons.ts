import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { escapeHtml, type SafeHtml, safeHtml } from './html.ts';

const folder = path.resolve(import.meta.dirname, '../../node_modules/lucide-static/icons');
const drawn = new Map<string, SafeHtml>();

/**
 * A Lucide icon as inline SVG, hidden from screen readers: the words beside it (or the control's aria-label) speak.
 * Inline rather than a sprite, because names also come from code, and gzip makes the repetition free.
 */
export function iconSvg(name: string, classes = ''): SafeHtml {
  const key = `${name} ${classes}`;
  const icon = drawn.get(key) ?? draw(name, classes);
  drawn.set(key, icon);
  return icon;
}

function draw(name: string, classes: string): SafeHtml {
  const className = escapeHtml(`icon ${classes}`.trim());
  return safeHtml(
    `<svg class="${className}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${readShape(name)}</svg>`,
  );
}

function readShape(name: string): string {
  const file = path.join(folder, `${name}.svg`);
  if (!/^[a-z0-9-]+$/.test(name) || !existsSync(file)) throw new Error(`No such icon: ${name}`);
  const [, shape = ''] = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(readFileSync(file, 'utf8')) ?? [];
  return shape.replace(/\s+/g, ' ').trim();
}
