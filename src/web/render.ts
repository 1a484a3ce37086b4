import type { Request, Response } from 'express';
import type { InvalidInput, Sentence } from '../errors.ts';
import { type FlashKind, putFlash, takeFlash } from './flash.ts';
import { translator } from './i18n.ts';
import type { Views } from './nunjucks.ts';
import { ctxOf, type FormState } from './request.ts';
import { sendPage } from './send-page.ts';
import type { Joining } from './sse.ts';

export type NavItem = { href: string; label: string; icon: string; badge?: number; active: boolean; group?: string };
/** Where a person may go from here; the bell of whoever is signed in. */
export type Nav = { items: NavItem[]; bell: NavItem | null };
export type House = {
  views: Views;
  nav(req: Request): Promise<Nav>;
  joinStreams: Joining[];
  /** Writes down that a signed-in person was refused. */
  refused(req: Request): Promise<void>;
  zone: string;
  dev: boolean;
};

/** Renders a whole page. `title` is both the tab's title and the h1. */
export async function render(
  req: Request,
  res: Response,
  template: string,
  locals: { title: string } & Record<string, unknown>,
): Promise<void> {
  const all = shared(req, { ...(await aroundOf(req)), ...locals });
  sendPage(req, res, houseOf(req).views.renderPage(`${template}.njk`, all));
}

/**
 * Asks already for what stands around the page that a browser came for: the question goes out with the page's own, in one packet.
 * Only where it must be a page: what a script fetches says so.
 */
export function askAround(req: Request): void {
  if ((req.get('sec-fetch-dest') ?? 'document') !== 'document') return;
  req.around = houseOf(req).nav(req);
  // Whoever renders hears of a failure; a download does not wait for it.
  req.around.catch(() => undefined);
}

/** What a page changes while it is made, the numbers around it must show: they are asked anew. */
export function askAroundAnew(req: Request): void {
  delete req.around;
}

async function aroundOf(req: Request): Promise<Record<string, unknown>> {
  const { items: nav, bell } = await (req.around ?? houseOf(req).nav(req));
  return { nav, bell, flash: isForEyes(req) ? takeFlash(req, t(req)) : [] };
}

// A page that a script fetches to renew its own, while the person is on the way to the next one, must not swallow what that is to say.
const isForEyes = (req: Request): boolean =>
  req.get('x-live') === undefined && (req.get('sec-fetch-dest') !== 'empty' || req.get('hx-request') !== undefined);

/** A part of a page that a script puts in place. It takes no flash: that waits for the next whole page. */
export const fragment = (req: Request, template: string, locals: Record<string, unknown>): string =>
  houseOf(req).views.render(`${template}.njk`, shared(req, locals));

function shared(req: Request, locals: Record<string, unknown>): Record<string, unknown> {
  const house = houseOf(req);
  const { actor, locale, now } = ctxOf(req);
  const t = translator(locale);
  const allowed: ReadonlySet<string> | undefined = actor?.permissions;
  return {
    t,
    locale,
    now,
    zone: house.zone,
    dev: house.dev,
    me: actor,
    layout: layoutFor(actor),
    can: (permission: string) => allowed?.has(permission) ?? false,
    url: req.originalUrl,
    theme: themeOf(req),
    requestId: req.requestId,
    form: shownForm(req.formState, t),
    newRequestId: () => crypto.randomUUID(),
    ...locals,
  };
}

/** A signed-in person was refused (403): that goes into the journal. Failing to write it does not change the answer. */
export const noteRefusal = (req: Request): Promise<void> =>
  houseOf(req)
    .refused(req)
    .catch(() => undefined);

/** Success: where to go and what to say there. */
export function done(
  res: Response,
  {
    to,
    flash,
    params,
    kind,
  }: { to: string; flash?: string; params?: Record<string, string | number>; kind?: FlashKind },
): void {
  const { req } = res;
  if (flash) putFlash(req, kind ?? 'success', flash, params);
  const go = (): void => res.redirect(303, to);
  // Saved first: a browser asks for the next page as soon as it has the address, while express-session is still writing.
  if (remembers(req)) req.session.save((error: unknown) => (error ? req.next?.(error) : go()));
  else go();
}

const remembers = (req: Request): boolean => Object.keys(req.session ?? {}).some((key) => key !== 'cookie');

/** A path to return to that came from outside: only one of ours. */
export function safePath(path: unknown, otherwise: string): string {
  if (typeof path !== 'string' || path.includes('%00') || !/^\/(?![/\\])[^\s\\]*$/.test(path)) return otherwise;
  return path;
}

export const t = (req: Request) => translator(ctxOf(req).locale);

export const formErrors = (req: Request, error: InvalidInput): FormState => ({
  values: { ...(req.body ?? {}) },
  errors: error.fields,
  ...(error.sentence ? { summary: error.sentence } : {}),
});

const layoutFor = (actor: { role: string } | null): string =>
  actor ? `layouts/${actor.role === 'user' ? 'cabinet' : 'staff'}.njk` : 'layouts/public.njk';

function houseOf(req: Request): House {
  return req.app.locals.house as House;
}

const themeOf = (req: Request): string =>
  req.cookies.theme === 'dark' || req.cookies.theme === 'light' ? req.cookies.theme : 'system';

function shownForm(form: FormState | undefined, t: ReturnType<typeof translator>) {
  const say = (sentence: Sentence): string => t(sentence.key, sentence.params);
  return {
    values: form?.values ?? {},
    errors: Object.fromEntries(Object.entries(form?.errors ?? {}).map(([field, sentence]) => [field, say(sentence)])),
    summary: form?.summary && say(form.summary),
  };
}
