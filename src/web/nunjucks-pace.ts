import nunjucks from 'nunjucks';

type Callback = (error: unknown, exported?: object) => void;
type Template = { getExported(context: object | Callback, frame?: object | Callback, done?: Callback): void };
type Frame = {
  variables: Record<string, unknown>;
  set(name: string, value: unknown, resolveUp?: boolean): void;
  resolve(name: string, forWrite: boolean): Frame | undefined;
};

const kept = new WeakMap<object, object>();

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
 * Takes out of nunjucks the two things that cost a page of fifty rows half its time. An import without context gives the same macros
 * every time (they see globals only, and those are looked up when a macro runs), yet each import, one per row where a row is
 * an include, runs the whole imported file again. And every variable's name is searched for dots, which only `set` in a template may hold.
 */
export function quicken(): void {
  const template = nunjucks.Template.prototype as unknown as Template;
  const { getExported } = template;
  template.getExported = function (this: Template, context, frame, done) {
    if (typeof context !== 'function') return getExported.call(this, context, frame, done);
    const exported = kept.get(this);
    if (exported) return context(null, exported);
    getExported.call(this, (error: unknown, fresh?: object) => {
      if (fresh) kept.set(this, fresh);
      context(error, fresh);
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
