import nunjucks from 'nunjucks';

export type SafeHtml = { readonly length: number; toString(): string };

/** Marks markup made by our own code, every part of it already escaped, so that templates print it as it is. */
export function safeHtml(markup: string): SafeHtml {
  return new nunjucks.runtime.SafeString(markup);
}

const special = /[&<>"'`]/;

/** Escapes text for an element's content or a double-quoted attribute. */
export function escapeHtml(value: unknown): string {
  const text = String(value);
  return special.test(text) ? text.replace(/[&<>"'`]/g, (sign) => `&#${sign.charCodeAt(0)};`) : text;
}

/**
 * Attributes of one element from an object: `{ 'data-copy': 'x', disabled: true, title: undefined }`.
 * True gives a bare attribute; false, null, undefined and an empty string (a template's `x if y`) give none. Handlers and inline styles are refused:
 * the page's Content-Security-Policy would drop them in silence.
 */
export function attributesHtml(attributes: Record<string, unknown> = {}): SafeHtml {
  let text = '';
  // A page has hundreds of these: one loop, no lists on the way.
  for (const name in attributes) {
    const value = attributes[name];
    if (value === undefined || value === null || value === false) continue;
    if (value === '' && !meaningfulWhenEmpty.has(name)) continue;
    if (!sound.has(name)) inspect(name);
    text += value === true ? ` ${name}` : ` ${name}="${escapeHtml(value)}"`;
  }
  return safeHtml(text);
}

const meaningfulWhenEmpty = new Set(['value', 'alt']);
// Names that have passed: they come from our templates, so there are few.
const sound = new Set<string>();

function inspect(name: string): void {
  if (!/^[a-z][a-z0-9:.-]*$/i.test(name) || /^(on|style$)/i.test(name)) throw new Error(`Bad attribute: ${name}`);
  sound.add(name);
}
