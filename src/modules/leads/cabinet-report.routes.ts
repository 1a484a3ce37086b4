import type { Request, Response } from 'express';
import { z } from 'zod';
import { body, Id, query, RequestId } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { done, fragment, render, t } from '../../web/render.ts';
import { ctxOf, uploadsOf } from '../../web/request.ts';
import { sendPage } from '../../web/send-page.ts';
import { getSetting } from '../settings/index.ts';
import { accept, maxFiles, maxMegabytes } from './attachments.ts';
import { draftFiles, dropDrafts } from './drafts.ts';
import { listLeadTypes } from './lead-types.ts';
import { shownFiles, typeOptions } from './list.web.ts';
import { ownContactValue } from './own-leads.ts';
import { shownContact } from './present.ts';
import { type Choice, recogniseTyped, typedLines } from './recognition.ts';
import { mostLeads, reportLeads } from './report.ts';
import { choicesOf, ReportForm, Typed } from './schemas.ts';

/** The agent reports leads. */
export const cabinetReport = page(doors.cabinet);

const can = { can: 'agent:leads:report' } as const;
const rowFields = Array.from({ length: mostLeads }, (_, i) => `file-${i}`);
const upload = { fields: ['files', ...rowFields], maxFiles, maxMegabytes };

async function showReport(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  const typed = Typed.parse(req.formState?.values ?? {});
  const requestId = RequestId.safeParse(req.formState?.values.requestId).data ?? crypto.randomUUID();
  const text = req.formState ? typed.text : await startingText(req);
  const [drafts, rows, isFileRequired] = await Promise.all([
    draftFiles(ctx, requestId),
    rowsOf(req, text, choicesOf(typed)),
    getSetting(ctx, 'leads.attachment-required'),
  ]);
  await render(req, res, 'leads/cabinet/report', {
    title: t(req)('leads:report.title'),
    ...rows,
    text,
    formId: requestId,
    drafts: shownFiles(drafts, '/cabinet/leads/drafts'),
    fileRequired: isFileRequired && drafts.length === 0,
    files: { accept, maxMegabytes },
  });
}

async function startingText(req: Request): Promise<string> {
  const { contact, text } = query(
    z.object({ contact: Id.optional().catch(undefined), text: z.string().max(2000).catch('') }),
    req,
  );
  const own = contact ? await ownContactValue(ctxOf(req), contact) : undefined;
  return own ? shownContact(own) : text;
}

/** The recognised contacts with what is wrong with each. */
async function rowsOf(req: Request, text: string, choices: ReadonlyMap<string, Choice>) {
  const ctx = ctxOf(req);
  const [rows, types] = await Promise.all([recogniseTyped(ctx, text, choices), listLeadTypes(ctx)]);
  let index = 0;
  return {
    rows: rows.map((row) => {
      const fault = row.skipped ? undefined : req.formState?.errors[`leads.${index++}`];
      return { ...row, error: fault && t(req)(fault.key, fault.params) };
    }),
    types: typeOptions(types.filter(({ active }) => active)),
    most: mostLeads,
  };
}

cabinetReport.get('/leads/new', can, showReport);

cabinetReport.post('/leads/recognition', can, async (req, res) => {
  const typed = body(Typed, req);
  const rows = await rowsOf(req, typed.text, choicesOf(typed));
  sendPage(req, res, fragment(req, 'leads/cabinet/_rows', rows));
});

cabinetReport.post('/leads', { ...can, upload, again: showReport }, async (req, res) => {
  const ctx = ctxOf(req);
  const form = body(ReportForm, req);
  await dropDrafts(ctx, form.requestId, form.drop);
  const lines = await typedLines(ctx, form.text, choicesOf(form));
  const leads = lines
    .filter(({ skipped }) => !skipped)
    .map(({ raw, typeId }) => ({
      value: raw,
      leadTypeId: typeId ?? undefined,
      comment: form.comment,
      files: uploadsOf(req, `file-${form.raw.indexOf(raw)}`),
    }));
  const report = await reportLeads(ctx, { requestId: form.requestId, leads, sharedFiles: uploadsOf(req, 'files') });
  done(res, { to: '/cabinet/leads', flash: 'leads:flash.reported', params: { count: report.leadIds.length } });
});
