import type { Request, Response } from 'express';
import { isOpenAt } from '../../lib/business-hours.ts';
import { ById, body, params } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { done, render, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { changeDepartment, createDepartment, getDepartment, listDepartments } from './departments.ts';
import { DepartmentForm, OperatorForm, PurposeForm } from './desk-schemas.ts';
import { changeOperator, listOperators } from './operators.ts';
import { changePurpose, createPurpose, listPurposes } from './purposes.ts';

const can = 'staff:desk:manage';
const home = '/admin/departments';

async function showDesk(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  const [departments, purposes, operators] = await Promise.all([
    listDepartments(ctx),
    listPurposes(ctx),
    listOperators(ctx),
  ]);
  await render(req, res, 'support/admin/desk', {
    title: t(req)('support:desk.title'),
    departments: departments.map((one) => ({ ...one, isOpen: isOpenAt(one, ctx.now) })),
    purposes,
    operators,
    nextPosition: Math.max(0, ...purposes.map(({ position }) => position)) + 1,
    // Which of the forms was refused.
    refused: req.formState ? req.path.slice(1) : '',
  });
}

async function showNew(req: Request, res: Response): Promise<void> {
  await render(req, res, 'support/admin/department', {
    title: t(req)('support:desk.newDepartment'),
    action: home,
    department: { ...offered, zone: ctxOf(req).clock.zone },
    staff: await listOperators(ctxOf(req)),
  });
}

async function showDepartment(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  const department = await getDepartment(ctx, params(ById, req).id);
  await render(req, res, 'support/admin/department', {
    title: department.name,
    action: `${home}/${department.id}`,
    department,
    staff: await listOperators(ctx),
  });
}

const office = { from: '09:00', to: '18:00' };
const hours = [office, office, office, office, office, null, null];
const offered = { hours, holidays: [], operatorIds: [], active: true, firstAnswerMinutes: 60, resolutionMinutes: 480 };

const saved = (res: Response) => done(res, { to: home, flash: 'support:flash.saved' });

/** Departments, purposes and operators. */
export const admin = page(doors.admin)
  .get('/departments', { can }, showDesk)
  .post('/departments', { can, again: showNew }, async (req, res) => {
    await createDepartment(ctxOf(req), body(DepartmentForm, req));
    saved(res);
  })
  .get('/departments/new', { can }, showNew)
  .get('/departments/:id', { can }, showDepartment)
  .post('/departments/:id', { can, again: showDepartment }, async (req, res) => {
    await changeDepartment(ctxOf(req), params(ById, req).id, body(DepartmentForm, req));
    saved(res);
  })
  .post('/purposes', { can, again: showDesk }, async (req, res) => {
    await createPurpose(ctxOf(req), body(PurposeForm, req));
    saved(res);
  })
  .post('/purposes/:id', { can, again: showDesk }, async (req, res) => {
    await changePurpose(ctxOf(req), params(ById, req).id, body(PurposeForm, req));
    saved(res);
  })
  .post('/operators/:id', { can, again: showDesk }, async (req, res) => {
    await changeOperator(ctxOf(req), params(ById, req).id, body(OperatorForm, req));
    saved(res);
  });
