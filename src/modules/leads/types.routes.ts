import type { Request, Response } from 'express';
import { ById, body, params } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { done, render, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { listLeadTypes, listRejectionReasons } from './lead-types.ts';
import { NewTypeForm, ReasonForm, TypeForm } from './schemas.ts';
import { changeLeadType, changeReason, createLeadType, createReason } from './type-editor.ts';

/** Lead types and the ready sentences for a refusal. */
export const types = page(doors.admin);

const can = { can: 'staff:settings:manage' } as const;

async function showTypes(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  const [leadTypes, reasons] = await Promise.all([listLeadTypes(ctx), listRejectionReasons(ctx)]);
  const last = (rows: readonly { position: number }[]) => Math.max(0, ...rows.map(({ position }) => position)) + 1;
  // Which of the forms was refused: its row, `new-type` or `new-reason`.
  const refused = req.formState ? req.path.replace('/', '') : '';
  await render(req, res, 'leads/admin/types', {
    title: t(req)('leads:types.title'),
    leadTypes,
    reasons,
    nextType: last(leadTypes),
    nextReason: last(reasons),
    refused,
  });
}

const saved = (res: Response) => done(res, { to: '/admin/lead-types', flash: 'leads:flash.saved' });

types.get('/lead-types', can, showTypes);

types.post('/lead-types', { ...can, again: showTypes }, async (req, res) => {
  await createLeadType(ctxOf(req), body(NewTypeForm, req));
  saved(res);
});

types.post('/lead-types/:id', { ...can, again: showTypes }, async (req, res) => {
  await changeLeadType(ctxOf(req), params(ById, req).id, body(TypeForm, req));
  saved(res);
});

types.post('/rejection-reasons', { ...can, again: showTypes }, async (req, res) => {
  await createReason(ctxOf(req), body(ReasonForm, req));
  saved(res);
});

types.post('/rejection-reasons/:id', { ...can, again: showTypes }, async (req, res) => {
  await changeReason(ctxOf(req), params(ById, req).id, body(ReasonForm, req));
  saved(res);
});
