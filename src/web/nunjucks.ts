import path from 'node:path';
import nunjucks from 'nunjucks';
import { assetsFor } from './assets.ts';
import { barChart, lineChart } from './charts.ts';
import { type Audience, createFilters } from './filters.ts';
import { attributesHtml, safeHtml } from './html.ts';
import { asLocale, type Locale, translator } from './i18n.ts';
import { iconSvg, SPRITE } from './icons.ts';
import { type FormState, inCommon } from './kept.ts';
import { kept, quicken } from './nunjucks-pace.ts';
import { withQuery } from './urls.ts';

quicken();

type Field = { name: string; value?: unknown; error?: string };
export type Views = {
  render(template: string, locals: Record<string, unknown>): string;
  /** The same as bytes, which is quicker where most of a page was drawn before. */
  renderPage(template: string, locals: Record<string, unknown>): Buffer;
  /** Renders template source, e.g. one component by itself. */
  renderString(source: string, locals: Record<string, unknown>): string;
};

// Macros imported without context see only globals, so what every component may need is a global of the page in work.
const shared = ['url', 'form', 'me', 'can', 'theme', 'requestId', 'dev', 'locale', 't'];
const folder = path.resolve(import.meta.dirname, '../../views');

/**
 * The template engine: autoescape on, templates compiled once (read anew each time when `watch`). Rendering is
 * synchronous, which is why the current page's locals can be kept in one variable while it runs. Locals may hold
 * `zone` (an IANA name, Europe/Moscow by default) and `now`.
 */
export function createViews({ watch }: { watch: boolean }): Views {
  let page: Record<string, unknown> = {};
  // Asked for by every date and number of a page.
  let audience: Audience = new PageAudience(page);
  const turnTo = (next: Record<string, unknown>): void => {
    page = next;
    audience = new PageAudience(next);
  };
  const loader = new nunjucks.FileSystemLoader(folder, { noCache: watch });
  const env = new nunjucks.Environment(loader, { autoescape: true, trimBlocks: true, lstripBlocks: true });

  for (const name of shared) {
    Object.defineProperty(globalsOf(env), name, { get: () => page[name], enumerable: true });
  }
  for (const [name, filter] of Object.entries(createFilters(() => audience))) env.addFilter(name, filter);
  for (const [name, value] of Object.entries(helpers(watch, () => page))) env.addGlobal(name, value);

  env.addGlobal('kept', (template: string, from: Record<string, unknown>) =>
    kept.keep(template, from, () => {
      const before = page;
      turnTo(pageOfPiece(page));
      try {
        return env.render(template, { ...from, t: page.t, locale: page.locale });
      } finally {
        turnTo(before);
      }
    }),
  );

  const within = <T>(locals: Record<string, unknown>, name: string, work: (page: object) => T): T => {
    const before = page;
    const { audience: others, form } = kept;
    const { locale, t, zone, now } = new PageAudience(locals);
    turnTo({ ...locals, locale, t, zone, now });
    kept.form = page.form as FormState | undefined;
    kept.audience = watch ? '' : `${page.locale} ${page.zone}`;
    try {
      return work(page);
    } catch (error) {
      throw readable(error, name);
    } finally {
      turnTo(before);
      Object.assign(kept, { audience: others, form });
    }
  };
  return {
    render: (template, locals) => within(locals, template, (context) => env.render(fileOf(template), context)),
    renderPage: (template, locals) =>
      within(locals, template, (context) => kept.pageOf(() => env.render(fileOf(template), context))),
    renderString: (source, locals) => within(locals, 'a string', (context) => env.renderString(source, context)),
  };
}

// Others will see the piece too, and later: it knows a language and a zone, not who looks, from where, or when.
const pageOfPiece = ({ locale, t, zone }: Record<string, unknown>): Record<string, unknown> => ({
  locale,
  t,
  zone,
  now: NEVER,
});
const NEVER = Symbol('never');

function helpers(watch: boolean, page: () => Record<string, unknown>) {
  const asset = assetsFor({ watch }).url;
  const form = () => (page().form ?? {}) as FormState;
  return {
    icon: (name: string, classes?: string) => iconSvg(asset(SPRITE), name, classes),
    asset,
    attrs: attributesHtml,
    fieldValue: (field: Field) => field.value ?? form().values?.[field.name],
    fieldError: (field: Field) => field.error ?? form().errors?.[field.name],
    isChosen: (option: unknown, value: unknown) => [value ?? ''].flat().some((one) => String(one) === String(option)),
    inCommon,
    withQuery,
    without: (url: string, param: string) => withQuery(url, { [param]: null, after: null, before: null }),
    lineChart: (chart: Parameters<typeof lineChart>[0]) => safeHtml(lineChart(chart, new PageAudience(page()).locale)),
    barChart: (chart: Parameters<typeof barChart>[0]) => safeHtml(barChart(chart, new PageAudience(page()).locale)),
  };
}

// `leads/admin/list` and `leads/admin/list.njk` are the same page.
function fileOf(template: string): string {
  return template.endsWith('.njk') ? template : `${template}.njk`;
}

// Nunjucks wraps an error once per enclosing macro and block, fifty lines for one fault: the innermost place says it.
function readable(error: unknown, template: string): Error {
  const lines = String((error as Error).message).split('\n');
  const places = lines.filter((line) => line.includes('[Line'));
  const message = `${template}: ${lines.at(-1)?.trim()} (${places.slice(-3).join(' <').trim()})`;
  return new Error(message, { cause: error });
}

// `now` is the class's: an accessor of each object's own would give it a shape of its own, and V8 keeps that, with all the locals
// that the accessor sees, until it looks through the whole heap (see decision 24).
class PageAudience implements Audience {
  readonly locale: Locale;
  readonly t: Audience['t'];
  readonly zone: string;
  readonly #now: unknown;

  constructor(locals: Record<string, unknown>) {
    this.locale = asLocale(locals.locale) ?? 'ru';
    this.t = typeof locals.t === 'function' ? (locals.t as Audience['t']) : translator(this.locale);
    this.zone = typeof locals.zone === 'string' ? locals.zone : 'Europe/Moscow';
    this.#now = locals.now;
  }

  get now(): Date {
    if (this.#now === NEVER) throw new Error('a kept piece does not know the time: give it the words');
    return this.#now instanceof Date ? this.#now : new Date();
  }
}

function globalsOf(env: nunjucks.Environment): Record<string, unknown> {
  return (env as unknown as { globals: Record<string, unknown> }).globals;
}
