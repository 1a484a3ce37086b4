import type { Request, Response } from 'express';
import { z } from 'zod';
import { ById, body, Id, params, query } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { done, render, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { sendTable, sendText } from '../../web/table-download.ts';
import { allowancesOf } from './allowance.ts';
import { issueContacts, shortageOf } from './issue.ts';
import { ownLimitRequests } from './limit-queries.ts';
import { requestLimit } from './limit-requests.ts';
import { baseOptions } from './list.web.ts';
import { allOwn, getOwnIssuance, type OwnFilter, ownExtraHeaders } from './own-contacts.ts';
import { ownSheet, ownText } from './own-files.ts';
import { shownValue } from './present.ts';
import { Issue, OwnFormat, RequestLimit } from './schemas.ts';

/** The agent gets contacts, and asks for more than the limit. */
export const cabinet = page(doors.cabinet);

async function showNew(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  const bases = await allowancesOf(ctx, ctx.actor?.id ?? 0);
  await render(req, res, 'bases/cabinet/new', { title: t(req)('bases:take.title'), bases });
}

cabinet.get('/contacts/new', { can: 'agent:contacts:take' }, showNew);

cabinet.post('/issuances', { can: 'agent:contacts:take', again: showNew }, async (req, res) => {
  const issuance = await issueContacts(ctxOf(req), body(Issue, req));
  done(res, { to: `/cabinet/issuances/${issuance.id}` });
});

cabinet.get('/issuances/:id', { can: 'agent:contacts:take' }, async (req, res) => {
  const ctx = ctxOf(req);
  const issuance = await getOwnIssuance(ctx, params(ById, req).id);
  const contacts = [];
  for await (const batch of allOwn(ctx, { issuance: issuance.id })) contacts.push(...batch);
  await render(req, res, 'bases/cabinet/issuance', {
    title: t(req)('bases:issuance.title', { base: issuance.base }),
    issuance,
    shortage: shortageOf(issuance),
    contacts: contacts.map((contact) => ({ ...contact, shown: shownValue(contact) })),
  });
});

cabinet.get('/issuances/:id/file/:format', { can: 'agent:contacts:take' }, async (req, res) => {
  const { id, format } = params(z.object({ id: Id, format: OwnFormat }), req);
  const issuance = await getOwnIssuance(ctxOf(req), id);
  await sendOwn(req, res, { filter: { issuance: issuance.id }, format, name: `${issuance.base} ${issuance.id}` });
});

/** Sends the agent's own contacts in the format asked for. */
export async function sendOwn(
  req: Request,
  res: Response,
  { filter, format, name }: { filter: OwnFilter; format: z.infer<typeof OwnFormat>; name: string },
): Promise<void> {
  const ctx = ctxOf(req);
  if (format === 'txt') return sendText(res, name, ownText(ctx, filter));
  const say = t(req);
  const words = {
    value: say('bases:columns.contact'),
    base: say('bases:columns.base'),
    date: say('bases:columns.issued'),
    outcome: say('bases:columns.outcome'),
    note: say('bases:columns.note'),
  };
  const outcomeText = (outcome: string): string => say(`bases:outcome.${outcome}`);
  const headers = await ownExtraHeaders(ctx, filter);
  await sendTable(res, { name, format, sheet: ownSheet(ctx, filter, { words, headers, outcomeText }) });
}

async function showLimits(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  const [bases, requests] = await Promise.all([allowancesOf(ctx, ctx.actor?.id ?? 0), ownLimitRequests(ctx)]);
  const { base } = query(z.object({ base: Id.optional().catch(undefined) }), req);
  await render(req, res, 'bases/cabinet/limits', {
    title: t(req)('bases:limits.title'),
    options: { bases: baseOptions(bases.map(({ baseTypeId, name }) => ({ id: baseTypeId, name }))) },
    requests,
    base,
  });
}

cabinet.get('/limits', { can: 'agent:limits:request' }, showLimits);

cabinet.post('/limits', { can: 'agent:limits:request', again: showLimits }, async (req, res) => {
  await requestLimit(ctxOf(req), body(RequestLimit, req));
  done(res, { to: '/cabinet/limits', flash: 'bases:flash.requested' });
});
