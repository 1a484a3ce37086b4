import { numberFormat } from '../lib/formats.ts';

type Part = string | { name: string; number: boolean };
type Lookup = (key: string) => unknown;
type Params = Record<string, unknown>;

const inserts = /\{\{\s*(\w+)\s*(,\s*number\s*)?\}\}/;
const more = /\{\{|\$t\(/;

/**
 * Says the phrases that are only words, inserts and plural forms, which ours nearly all are, from pieces cut once. i18next reads a
 * phrase anew each time it says it, and a list of fifty rows says hundreds. Undefined: this phrase needs i18next.
 */
export function phrases(locale: string, lookup: Lookup): (key: string, params: Params) => string | undefined {
  const plural = new Intl.PluralRules(locale);
  const cut = new Map<string, Part[] | null>();
  const partsOf = (key: string, form: string): Part[] | null => {
    const known = cut.get(form);
    if (known !== undefined) return known;
    // Where a phrase is the same for every number it has no forms.
    const phrase = lookup(form) ?? lookup(key);
    const parts = typeof phrase === 'string' ? pieces(phrase) : null;
    cut.set(form, parts);
    return parts;
  };
  return (key, params) => {
    const { count } = params;
    if ('context' in params || (count !== undefined && typeof count !== 'number')) return undefined;
    const parts = partsOf(key, count === undefined ? key : `${key}_${plural.select(count)}`);
    return parts
      ?.map((part) => (typeof part === 'string' ? part : shown(locale, params[part.name], part.number)))
      .join('');
  };
}

/** Null when there is more in it than words and inserts. */
function pieces(phrase: string): Part[] | null {
  const parts: Part[] = [];
  let rest = phrase;
  for (let found = inserts.exec(rest); found; found = inserts.exec(rest)) {
    parts.push(rest.slice(0, found.index), { name: found[1] ?? '', number: found[2] !== undefined });
    rest = rest.slice(found.index + found[0].length);
  }
  parts.push(rest);
  return parts.some((part) => typeof part === 'string' && more.test(part)) ? null : parts;
}

const plain = Object.freeze<Intl.NumberFormatOptions>({});

function shown(locale: string, value: unknown, number: boolean): string {
  if (value === undefined || value === null) return '';
  return number ? numberFormat(locale, plain).format(Number(value)) : String(value);
}
