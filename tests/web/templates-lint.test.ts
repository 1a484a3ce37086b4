import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { assetsFor } from '../../src/web/assets.ts';
import { locales, translator } from '../../src/web/i18n.ts';
import { iconSvg } from '../../src/web/icons.ts';

const root = path.resolve(import.meta.dirname, '../..');
const templates = readdirSync(path.join(root, 'views'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.njk'))
  .map((file) => ({ file, source: readFileSync(path.join(root, 'views', file), 'utf8') }));

// Markup comes as the result of a macro, a call body or safeHtml(): nothing needs `| safe`, so nothing may have it.
const forbidden: [name: string, pattern: RegExp][] = [
  ['the safe filter', /\|\s*safe\b/],
  ['autoescape switched off', /autoescape\s+false/],
  ['an inline style', /\sstyle\s*=/i],
  ['an inline handler', /\son[a-z]+\s*=\s*["'{]/i],
  ['an htmx handler or expression that needs eval', /\shx-on\b|["']js:|hx-vals=["']\s*javascript/i],
  ['an inline script', /<script(?![^>]*\ssrc=)[^>]*>/i],
  ['an inline stylesheet', /<style\b/i],
  ['a javascript: link', /javascript:/i],
  ['an unquoted attribute', /\s[a-z-]+=\{\{/i],
  ['a link that opens a page which may steer ours', /target="_blank"(?![^>]*rel="[^"]*noopener)/],
];

describe.each(forbidden)('templates never hold %s', (_, pattern) => {
  test('in any file', () => {
    const guilty = templates.filter(({ source }) => pattern.test(withoutComments(source))).map(({ file }) => file);
    expect(guilty).toEqual([]);
  });
});

test.each([
  ['{{ name | safe }}', 'the safe filter'],
  ['<p style="color: red">', 'an inline style'],
  ['<a onclick="go()">', 'an inline handler'],
  ['<script>go()</script>', 'an inline script'],
  ['<a href={{ url }}>', 'an unquoted attribute'],
  ['<a href="javascript:go()">', 'a javascript: link'],
  ['<button hx-on:click="go()">', 'an htmx handler or expression that needs eval'],
])('the lint sees %s', (source, name) => {
  expect(forbidden.filter(([, pattern]) => pattern.test(source)).map(([found]) => found)).toContain(name);
});

test('every text a template asks for exists in both languages', () => {
  const missing = templates.flatMap(({ file, source }) =>
    [...new Set(keysIn(source))].flatMap((key) =>
      locales.filter((locale) => !exists(key, locale)).map((locale) => `${file}: ${locale} ${key}`),
    ),
  );
  expect(missing).toEqual([]);
});

test('templates hold no words of their own: every letter of Russian is in locales', () => {
  const guilty = templates.filter(({ source }) => /[а-яё]/i.test(withoutComments(source))).map(({ file }) => file);
  expect(guilty).toEqual([]);
});

// An imported file runs once for everybody (src/web/nunjucks-pace.ts): what it computes outside macros would keep the first reader's language.
test('a file that others import holds macros only', () => {
  const imported = new Set(
    templates.flatMap(({ source }) =>
      [...source.matchAll(/\{%-?\s*(?:from|import)\s+"([^"]+)"/g)].map(([, name]) => name),
    ),
  );
  const guilty = templates.filter(({ file, source }) => imported.has(file.replaceAll('\\', '/')) && computes(source));
  expect(imported.size).toBeGreaterThan(30);
  expect(guilty.map(({ file }) => file)).toEqual([]);
  expect(computes(`{% macro a() %}x{% endmacro %}{% set word = t('word') %}`)).toBe(true);
});

const computes = (source: string): boolean =>
  /\{%-?\s*(?!from\b|import\b)\w|\{\{/.test(
    withoutComments(source).replace(/\{%-?\s*macro[\s\S]*?\{%-?\s*endmacro\s*-?%\}/g, ''),
  );

test('every icon that a template names exists', () => {
  for (const { source } of templates) {
    for (const [, name = ''] of source.matchAll(/\bicon\('([^']+)'/g)) iconSvg('', name);
    for (const [, name = ''] of source.matchAll(/\bicon(?:End)?:\s*'([^']+)'/g)) iconSvg('', name);
  }
});

test('every asset that a template names is served, under an address that changes with its content', () => {
  const url = assetsFor({ watch: false }).url;
  for (const { source } of templates) {
    for (const [, name = ''] of source.matchAll(/\basset\('([^']+)'\)/g)) {
      expect(url(name)).toMatch(/^\/assets\/[0-9a-f]{12}\//);
      const built = name === 'css/app.css';
      expect(built || name.startsWith('vendor/') || existsSync(path.join(root, 'public', name)), name).toBe(true);
    }
  }
});

test('a page extends a layout, and only components and its own noun are imported', () => {
  for (const { file, source } of templates) {
    const noun = file.split(path.sep)[0];
    for (const [, target = ''] of source.matchAll(/\{%-?\s*(?:from|import|include)\s+"([^"]+)"/g)) {
      expect(['components', 'layouts', noun], `${file} → ${target}`).toContain(target.split('/')[0]);
    }
  }
});

test('a template stays within 120 lines', () => {
  const long = templates.filter(({ source }) => source.split('\n').length > 121).map(({ file }) => file);
  expect(long).toEqual([]);
});

function keysIn(source: string): string[] {
  const calls = [...source.matchAll(/\bt\(\s*'([^']+)'(?!\s*\+)/g)].map(([, key = '']) => key);
  const plurals = [...source.matchAll(/\|\s*plural\('([^']+)'/g)].map(([, key = '']) => key);
  return [...calls, ...plurals];
}

function exists(key: string, locale: (typeof locales)[number]): boolean {
  try {
    return translator(locale)(key, { count: 1 }) !== '';
  } catch {
    return false;
  }
}

function withoutComments(source: string): string {
  return source.replaceAll(/\{#[\s\S]*?#\}/g, '');
}
