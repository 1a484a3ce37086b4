import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createViews } from '../../src/web/nunjucks.ts';

const folder = path.resolve(import.meta.dirname, '../../views/components');
const views = createViews({ watch: false });

/** Every public component: the macros of views/components that take one parameter object. */
export function components(): { file: string; macro: string }[] {
  return readdirSync(folder).flatMap((name) => {
    const source = readFileSync(path.join(folder, name), 'utf8');
    const macros = [...source.matchAll(/\{% macro (\w+)\(p\) %\}/g)].map(([, macro = '']) => macro);
    return macros.map((macro) => ({ file: path.basename(name, '.njk'), macro }));
  });
}

/** One component's HTML, called as a page calls it, with a body for those that take one. */
export function renderMacro(file: string, macro: string, params: object, locals: Record<string, unknown> = {}): string {
  const source = `{% from "components/${file}.njk" import ${macro} %}{% call ${macro}(params) %}body{% endcall %}`;
  return views.renderString(source, { url: '/', ...locals, params });
}
