import nunjucks from 'nunjucks';

export type SafeHtml = { readonly length: number; toString(): string };

/** Marks markup made by our own code, every part of it already escaped, so that templates print it as it is. */
export function safeHtml(markup: string): SafeHtml {
  return new nunjucks.runtime.SafeString(markup);
}

/** Escapes text for an element's content or a double-quoted attribute. */
export function escapeHtml(text: unknown): string {
  return String(text).replace(/[&<>"'`]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/**
 * Attributes of one element from an object: `{ 'data-copy': 'x', disabled: true, title: undefined }`.
 * True gives a bare attribute; false, null, undefined and an empty string (a template's `x if y`) give none. Handlers and inline styles are refused:
 * the page's Content-Security-Policy would drop them in silence.
 */
export function attributesHtml(attributes: Record<string, unknown> = {}): SafeHtml {
  const parts = Object.entries(attributes)
    .filter(([name, value]) => isGiven(value) || (value === '' && meaningfulWhenEmpty.has(name)))
    .map(([name, value]) => {
      if (!/^[a-z][a-z0-9:.-]*$/i.test(name) || /^(on|style$)/i.test(name)) throw new Error(`Bad attribute: ${name}`);
      return value === true ? ` ${name}` : ` ${name}="${escapeHtml(value)}"`;
    });
  return safeHtml(parts.join(''));
}

const meaningfulWhenEmpty = new Set(['value', 'alt']);

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== '';
}
