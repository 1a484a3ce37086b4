import nunjucks from 'nunjucks';
import { KeptPieces } from './kept.ts';

type Callback = (error: unknown, exported?: object) => void;
type Template = {
  path?: string;
  getExported(context: object | Callback, frame?: object | Callback, done?: Callback): void;
};
type Frame = {
  variables: Record<string, unknown>;
  set(name: string, value: unknown, resolveUp?: boolean): void;
  resolve(name: string, forWrite: boolean): Frame | undefined;
};

type Macro = (...words: unknown[]) => unknown;

const imported = new WeakMap<object, object>();

/** What all pages of the process have drawn. */
export const kept = new KeptPieces();

// Components whose markup follows from what they are given and the language, and from nothing else: not from the page's form or address.
const pure =
  /[/\\](components[/\\](avatar|badge|breadcrumb|button|chart|confirm|copy-button|dropdown|empty-state|kbd|link-button|pagination|progress|stat|table-row|tabs)|layouts[/\\]_parts)\.njk$/;
// The same but for what the page's form says of the field of their name.
const ofForm = /[/\\]components[/\\](checkbox|field|select)\.njk$/;

/** A macro that draws each thing once. With a body of the caller's own (`call`) it is drawn anew. */
const drawnOnce = (path: string, name: string, macro: Macro): Macro =>
  function (this: unknown, ...words) {
    const draw = () => macro.apply(this, words);
    if (words.some(isKeywords)) return draw();
    if (!ofForm.test(path)) return kept.keep(`${path} ${name}`, words, draw);
    return isOnesOwn(words[0]) ? draw() : kept.keep(`${path} ${name}`, [words, saidOf(words[0])], draw);
  };

const isKeywords = (word: unknown): boolean => typeof word === 'object' && word !== null && '__keywords' in word;

// What is kept stays in memory: no password does, and what somebody writes nobody else writes.
const isOnesOwn = (field: unknown): boolean =>
  typeof field === 'object' && field !== null && 'type' in field && /^(password|textarea)$/.test(String(field.type));

function saidOf(field: unknown): unknown[] {
  const name = typeof field === 'object' && field !== null && 'name' in field ? String(field.name) : '';
  return [kept.form?.values?.[name], kept.form?.errors?.[name]];
}

function quickened({ path = '' }: Template, exported: object): object {
  if (!pure.test(path) && !ofForm.test(path)) return exported;
  const macros = Object.entries(exported).map(([name, value]) => {
    return [name, typeof value === 'function' ? drawnOnce(path, name, value as Macro) : value];
  });
  return Object.fromEntries(macros);
}

const split = new Map<string, string[]>();

function partsOf(name: string): [string, string?, string?] {
  let parts = split.get(name);
  if (!parts) {
    parts = name.split('.');
    split.set(name, parts);
  }
  return parts as [string, string?, string?];
}

/**
 * Takes out of nunjucks the things that cost a page of fifty rows half its time. An import without context gives the same macros
 * every time (they see globals only, and those are looked up when a macro runs), yet each import, one per row where a row is
 * an include, runs the whole imported file again. And every variable's name is searched for dots, which only `set` in a template may hold.
 * And what a pure component drew before, it need not draw again.
 */
export function quicken(): void {
  const template = nunjucks.Template.prototype as unknown as Template;
  const { getExported } = template;
  template.getExported = function (this: Template, context, frame, done) {
    if (typeof context !== 'function') return getExported.call(this, context, frame, done);
    const exported = imported.get(this);
    if (exported) return context(null, exported);
    getExported.call(this, (error: unknown, fresh?: object) => {
      const macros = fresh && quickened(this, fresh);
      if (macros) imported.set(this, macros);
      context(error, macros);
    });
  };
  const frame = (nunjucks.runtime as unknown as { Frame: { prototype: Frame } }).Frame.prototype;
  const { set } = frame;
  frame.set = function (this: Frame, name, value, resolveUp) {
    const [first, second, third] = partsOf(name);
    if (third !== undefined || (second !== undefined && resolveUp)) return set.call(this, name, value, resolveUp);
    if (second === undefined) {
      const place = (resolveUp && this.resolve(name, true)) || this;
      place.variables[name] = value;
    } else {
      // `loop.index` and its six siblings, at every turn of every loop.
      this.variables[first] ??= {};
      (this.variables[first] as Record<string, unknown>)[second] = value;
    }
  };
}
