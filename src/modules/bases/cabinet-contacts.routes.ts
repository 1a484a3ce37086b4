import type { Request, Response } from 'express';
import { z } from 'zod';
import type { BusinessDay } from '../../lib/business-day.ts';
import { dayText } from '../../lib/written-dates.ts';
import { ById, body, params, query } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { Cursor, pageOf } from '../../web/paginate.ts';
import { done, fragment, render, safePath, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { sendPage } from '../../web/send-page.ts';
import { withQuery } from '../../web/urls.ts';
import { sendOwn } from './cabinet.routes.ts';
import { atOf, baseOptions, dayBars, outcomeOptions } from './list.web.ts';
import { countOwn, getOwn, type OwnContact, ownContacts } from './own-contacts.ts';
import { shownValue } from './present.ts';
import { agentContactStats, listBaseTypes } from './queries.ts';
import { Copies, OwnFilter, OwnFormat, SetNote, SetOutcome } from './schemas.ts';
import { markCopied, setNote, setOutcome } from './work.ts';

/** The agent's contacts, and the work on them. */
export const cabinetContacts = page(doors.cabinet);

const work = { can: 'agent:contacts:work' } as const;
// A day's contacts are copied at once: more of them than a list shows elsewhere, and all that most bases give in a day.
const size = 40;

cabinetContacts.get('/contacts', work, async (req, res) => {
  const ctx = ctxOf(req);
  const filter = query(OwnFilter, req);
  const cursor = query(Cursor, req);
  const [found, total, stats, bases] = await Promise.all([
    ownContacts(ctx, filter, atOf(cursor, 2), size),
    countOwn(ctx, filter),
    agentContactStats(ctx),
    listBaseTypes(ctx),
  ]);
  const contacts = pageOf(found, size, { cursor, keyOf: (c) => [c.issuedAt.toISOString(), c.id] });
  await render(req, res, 'bases/cabinet/contacts', {
    title: t(req)('bases:mine.title'),
    filter,
    days: byDay(contacts.rows),
    total,
    stats,
    days30: dayBars(stats.days),
    options: { bases: baseOptions(bases), outcomes: outcomeOptions(t(req)) },
    prev: contacts.previous && withQuery(req.originalUrl, { before: contacts.previous, after: null }),
    next: contacts.next && withQuery(req.originalUrl, { after: contacts.next, before: null }),
  });
});

cabinetContacts.get('/contacts/file/:format', work, async (req, res) => {
  const { format } = params(z.object({ format: OwnFormat }), req);
  const filter = query(OwnFilter, req);
  const name = [t(req)('bases:mine.file'), filter.day && dayText(filter.day)].filter(Boolean).join(' ');
  await sendOwn(req, res, { filter, format, name });
});

cabinetContacts.post('/contacts/copies', work, async (req, res) => {
  await markCopied(ctxOf(req), body(Copies, req).ids);
  res.status(204).end();
});

cabinetContacts.post('/contacts/:id/copy', work, async (req, res) => {
  const { id } = await getOwn(ctxOf(req), params(ById, req).id);
  await markCopied(ctxOf(req), [id]);
  res.status(204).end();
});

cabinetContacts.post('/contacts/:id/outcome', work, async (req, res) => {
  const { id } = params(ById, req);
  const { outcome, back } = body(SetOutcome, req);
  await setOutcome(ctxOf(req), id, outcome);
  await answerWith(req, res, id, back);
});

cabinetContacts.post('/contacts/:id/note', work, async (req, res) => {
  const { id } = params(ById, req);
  const { note, back } = body(SetNote, req);
  await setNote(ctxOf(req), id, note);
  await answerWith(req, res, id, back);
});

/** With the script the one row comes back; without it the page does, at that row. */
async function answerWith(req: Request, res: Response, id: number, back: string | undefined): Promise<void> {
  const to = safePath(back, '/cabinet/contacts');
  if (!req.get('hx-request')) return done(res, { to: `${to.split('#')[0]}#contact-${id}` });
  const contact = shown(await getOwn(ctxOf(req), id));
  sendPage(req, res, fragment(req, 'bases/cabinet/_contact', { contact, back: to }));
}

const shown = (contact: OwnContact) => ({ ...contact, shown: shownValue(contact) });
type Day = { day: BusinessDay; contacts: ReturnType<typeof shown>[] };

function byDay(contacts: OwnContact[]): Day[] {
  const days: Day[] = [];
  for (const contact of contacts) {
    if (days.at(-1)?.day !== contact.day) days.push({ day: contact.day as BusinessDay, contacts: [] });
    days.at(-1)?.contacts.push(shown(contact));
  }
  return days;
}
