import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { escapeHtml, type SafeHtml, safeHtml } from './html.ts';

const folder = path.resolve(import.meta.dirname, '../../node_modules/lucide-static/icons');
const drawn = new Map<string, SafeHtml>();

/** The sprite's name among the assets. */
export const SPRITE = 'icons.svg';

/** The icons that the sprite holds: all that pages draw by the dozen. One that is not among them is drawn into the page itself. */
const inSprite = new Set(
  `archive arrow-down arrow-left arrow-right arrow-right-left arrow-up badge-check ban battery-low bell bell-ring chart-column check
  check-check chevron-down chevron-left chevron-right chevron-up chevrons-up-down circle-alert circle-check circle-minus circle-pause
  circle-plus circle-user-round clock contact copy copy-x database door-open dot download ellipsis eye eye-off file file-check file-search
  file-spreadsheet file-text file-up file-x film gauge ghost hand-helping headset house image inbox info languages layout-dashboard
  list-checks log-out mail menu merge message-circle message-circle-plus messages-square monitor moon notebook-pen paperclip pencil phone
  phone-off play plus refresh-cw rotate-ccw rotate-cw scroll-text search search-x send send-horizontal settings settings-2 sliders-horizontal square sun
  table tag tags target text-quote trash-2 trending-down trending-up triangle-alert undo-2 upload user user-check user-plus user-round
  user-round-check users video x`.split(/\s+/),
);

/**
 * A Lucide icon, hidden from screen readers: the words beside it (or the control's aria-label) speak. It is a reference into the
 * sprite: drawn into the page each time, icons were a third of a list's bytes. `spriteUrl` is the sprite's address.
 */
export function iconSvg(spriteUrl: string, name: string, classes = ''): SafeHtml {
  const key = `${spriteUrl} ${name} ${classes}`;
  const icon = drawn.get(key) ?? draw(spriteUrl, name, classes);
  drawn.set(key, icon);
  return icon;
}

/** All icons of the sprite as one file. */
export function iconSprite(): string {
  const symbols = [...inSprite].map((name) => `<symbol id="${name}" viewBox="0 0 24 24">${readShape(name)}</symbol>`);
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`;
}

function draw(spriteUrl: string, name: string, classes: string): SafeHtml {
  const className = escapeHtml(`icon ${classes}`.trim());
  if (inSprite.has(name))
    return safeHtml(`<svg class="${className}" aria-hidden="true"><use href="${spriteUrl}#${name}"/></svg>`);
  return safeHtml(`<svg class="${className}" viewBox="0 0 24 24" aria-hidden="true">${readShape(name)}</svg>`);
}

function readShape(name: string): string {
  const file = path.join(folder, `${name}.svg`);
  if (!/^[a-z0-9-]+$/.test(name) || !existsSync(file)) throw new Error(`No such icon: ${name}`);
  const [, shape = ''] = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(readFileSync(file, 'utf8')) ?? [];
  return shape.replace(/\s+/g, ' ').trim();
}
