import type { Request, Response } from 'express';
import { z } from 'zod';
import { personShown } from '../../lib/people.ts';
import { dayText } from '../../lib/written-dates.ts';
import { ById, body, params, query } from '../../web/form.ts';
import type { Translate } from '../../web/i18n.ts';
import { doors, page } from '../../web/page.ts';
import { Cursor, pageOf, pageSize } from '../../web/paginate.ts';
import { done, render, safePath, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { exporting, sendTable } from '../../web/table-download.ts';
import { withQuery } from '../../web/urls.ts';
import { ContactFilter, states } from './contact-filter.ts';
import { contactHistory, contactsPage, getContact } from './contacts.ts';
import { type ContactWords, filteredSheet, noteFiltered } from './exports.ts';
import { atOf, baseOptions, outcomeOptions } from './list.web.ts';
import { shownValue } from './present.ts';
import { listBaseTypes } from './queries.ts';
import { returnContacts } from './returns.ts';
import { Bulk } from './schemas.ts';
import { importOptions } from './staff-options.ts';
import { suppressContacts } from './suppress-contacts.ts';

/** Staff search all contacts, see each one's life, take back, suppress, export. */
export const adminContacts = page(doors.admin);

async function showContacts(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  const filter = query(ContactFilter, req);
  const cursor = query(Cursor, req);
  const [{ found, total }, options, agent] = await Promise.all([
    contactsPage(ctx, filter, atOf(cursor, 1), pageSize),
    optionsOf(req, filter),
    personShown(ctx.sql, filter.agent),
  ]);
  const contacts = pageOf(found, pageSize, { cursor, keyOf: ({ id }) => [id] });
  const { search } = new URL(req.originalUrl, 'http://cabinet');
  await render(req, res, 'bases/admin/contacts', {
    title: t(req)('bases:contacts.title'),
    filter,
    filterQuery: search.slice(1),
    contacts: contacts.rows.map((contact) => ({ ...contact, shown: shownValue(contact) })),
    total,
    options,
    agent,
    chips: chipsOf({ ...filter, agent }, options, t(req)),
    prev: contacts.previous && withQuery(req.originalUrl, { before: contacts.previous, after: null }),
    next: contacts.next && withQuery(req.originalUrl, { after: contacts.next, before: null }),
  });
}

async function optionsOf(req: Request, filter: ContactFilter) {
  const ctx = ctxOf(req);
  const [bases, imports] = await Promise.all([listBaseTypes(ctx), importOptions(ctx, filter.import)]);
  return {
    base: baseOptions(bases),
    state: states.map((state) => ({ value: state, text: t(req)(`bases:state.${state}`) })),
    import: imports,
    outcome: outcomeOptions(t(req)),
  };
}

/** What the list is narrowed to, in words. */
function chipsOf(filter: ContactFilter, options: Awaited<ReturnType<typeof optionsOf>>, say: Translate) {
  const names = ['base', 'state', 'import', 'outcome'] as const;
  const chosen = names.flatMap((name) => {
    const value = filter[name];
    const option = options[name].find((one) => one.value === value);
    const label = say(`bases:columns.${name}`);
    return value === undefined ? [] : [{ param: name, label, text: option?.text ?? String(value) }];
  });
  const days = (['from', 'to'] as const).flatMap((name) => {
    const day = filter[name];
    return day ? [{ param: name, label: say(`bases:filters.${name}`), text: dayText(day) }] : [];
  });
  const whose = filter.agent ? [{ param: 'agent', label: say('bases:columns.agent'), text: filter.agent }] : [];
  return [...chosen, ...whose, ...days];
}

adminContacts.get('/contacts', { can: 'staff:contacts:read' }, showContacts);

adminContacts.get('/contacts/file/:format', { can: 'staff:contacts:export' }, async (req, res) => {
  const { format } = params(z.object({ format: z.enum(['xlsx', 'csv']) }), req);
  const filter = query(ContactFilter, req);
  const words = wordsOf(t(req));
  await exporting(req, res, async (reading) => {
    await noteFiltered(ctxOf(req), filter);
    await sendTable(res, { name: words.title, format, sheet: await filteredSheet(reading, filter, words) });
  });
});

function wordsOf(say: Translate): ContactWords {
  const names = ['contact', 'base', 'state', 'agent', 'issued', 'outcome', 'note', 'import', 'uploaded'] as const;
  return {
    title: say('bases:contacts.title'),
    columns: Object.fromEntries(names.map((name) => [name, say(`bases:columns.${name}`)])) as ContactWords['columns'],
    state: (state) => say(`bases:state.${state}`),
    outcome: (outcome) => say(`bases:outcome.${outcome}`),
  };
}

const chosenOf = ({ ids, all, filter }: z.infer<typeof Bulk>) =>
  all ? { filter: ContactFilter.parse(Object.fromEntries(new URLSearchParams(filter))) } : { ids };

adminContacts.post('/contacts/returns', { can: 'staff:contacts:manage' }, async (req, res) => {
  const bulk = body(Bulk, req);
  const { returned, kept } = await returnContacts(ctxOf(req), chosenOf(bulk), bulk.returnReason || undefined);
  done(res, {
    to: safePath(bulk.back, '/admin/contacts'),
    flash: kept.worked + kept.reported > 0 ? 'bases:flash.returnedSome' : 'bases:flash.returned',
    params: { count: returned, worked: kept.worked, reported: kept.reported },
    kind: returned > 0 ? 'success' : 'info',
  });
});

adminContacts.post('/contacts/suppressions', { can: 'staff:suppressions:manage' }, async (req, res) => {
  const bulk = body(Bulk, req);
  const reason = bulk.suppressReason || t(req)('bases:suppressions.noReason');
  const { added, held } = await suppressContacts(ctxOf(req), chosenOf(bulk), reason);
  done(res, {
    to: safePath(bulk.back, '/admin/contacts'),
    flash: held > 0 ? 'bases:flash.suppressedSome' : 'bases:flash.suppressed',
    params: { count: added, held },
  });
});

adminContacts.get('/contacts/:id', { can: 'staff:contacts:read' }, async (req, res) => {
  const ctx = ctxOf(req);
  const contact = await getContact(ctx, params(ById, req).id);
  const history = await contactHistory(ctx, contact.id);
  const shown = shownValue(contact);
  await render(req, res, 'bases/admin/contact', { title: shown, contact: { ...contact, shown }, history });
});
