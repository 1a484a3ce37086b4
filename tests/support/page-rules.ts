import { HtmlValidate } from 'html-validate';
import type { HTMLElement } from 'node-html-parser';
import type { Page } from './crawl.ts';
import { routeOf } from './map.ts';

const off = [
  'attribute-boolean-style',
  'attribute-empty-style',
  'doctype-style',
  // A list is a field that repeats.
  'form-dup-name',
  'long-title',
  'no-implicit-input-type',
  'no-redundant-for',
  'no-trailing-whitespace',
  'prefer-native-element',
  'tel-non-breaking',
  'void-style',
];
const validator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: Object.fromEntries(off.map((rule) => [rule, 'off'])),
});

/** What html-validate's recommended rules say, but for those about taste and habits. */
export async function markupFaults({ path, html }: Page): Promise<string[]> {
  const { results } = await validator.validateString(html);
  return results
    .flatMap(({ messages }) => messages)
    .map(
      ({ ruleId, message, line, column, selector }) => `${path} ${line}:${column} ${ruleId}: ${message} (${selector})`,
    );
}

/** Title and heading are one, and nothing that only a program says reaches a person. */
export function wordFaults({ path, document }: Page): string[] {
  const headings = document.querySelectorAll('h1').map((h1) => h1.innerText.trim());
  const title = document.querySelector('title')?.innerText;
  const whole = document.querySelector('body')?.innerText ?? '';
  // What somebody typed, and what is shown as code, may look like a program's words.
  const text = document
    .querySelectorAll('textarea, code')
    .reduce((rest, { innerText }) => rest.replace(innerText, ''), whole);
  const program = /.{0,40}(\bundefined\b|\[object |\bNaN\b|\bInvalid Date\b|\{\{|\bnull\b).{0,20}/.exec(text)?.[0];
  return [
    ...(headings.length === 1 ? [] : [`${path} has ${headings.length} h1`]),
    ...(title === `${headings[0]} · Lead Cabinet` ? [] : [`${path} is titled “${title}” and headed “${headings[0]}”`]),
    ...(program ? [`${path} says “${program.trim()}”`] : []),
  ];
}

/** A link into the page leads to something on it. */
export function anchorFaults({ path, document }: Page): string[] {
  const here = path.split('#')[0];
  return document
    .querySelectorAll('a[href*="#"]')
    .map((link) => (link.getAttribute('href') ?? '').split('#'))
    .filter(([page, id]) => (page === '' || page === here) && id && !document.querySelector(`[id="${id}"]`))
    .map(([, id]) => `${path} links to #${id}, which is not there`);
}

/** Every form goes to a route that takes it, and has a button that sends it. */
export function formFaults({ path, document }: Page): string[] {
  return document.querySelectorAll('form').flatMap((form) => {
    const method = (form.getAttribute('method') ?? 'get').toLowerCase();
    if (method === 'dialog') return [];
    const name = `${path}: the form to ${method} ${form.getAttribute('action') ?? '(itself)'}`;
    const buttons = buttonsOf(document, form);
    const targets = [form.getAttribute('action'), ...buttons.map((button) => button.getAttribute('formaction'))];
    const routes = targets.flatMap((target, n) => (n > 0 && !target ? [] : [target || path]));
    const lost = routes.filter((target) => !routeOf(method, target));
    return [
      ...(buttons.length > 0 ? [] : [`${name} has no button`]),
      ...lost.map((target) => `${name} leads to no route (${target})`),
      ...uploadFaults(name, form, routeOf(method, routes[0] ?? path)?.upload ?? false),
    ];
  });
}

function uploadFaults(name: string, form: HTMLElement, takesFiles: boolean): string[] {
  const hasFiles = form.querySelector('input[type=file]') !== null;
  const multipart = form.getAttribute('enctype') === 'multipart/form-data';
  if (hasFiles && !multipart) return [`${name} has a file field and does not send files`];
  return multipart && !takesFiles ? [`${name} sends files to a route that takes none`] : [];
}

function buttonsOf(document: HTMLElement, form: HTMLElement): HTMLElement[] {
  const id = form.getAttribute('id');
  const inside = form.querySelectorAll('button, input[type=submit], input[type=image]');
  const outside = id ? document.querySelectorAll(`button[form="${id}"], input[type=submit][form="${id}"]`) : [];
  return [...inside, ...outside].filter((one) => (one.getAttribute('type') ?? 'submit') !== 'button');
}
