import type { Request, Response } from 'express';
import { z } from 'zod';
import { DayFilter, IdFilter, PersonFilter } from '../../lib/fields.ts';
import { CONTACT_KINDS } from '../../lib/keys/index.ts';
import { onlyPerson } from '../../lib/people.ts';
import { dayText } from '../../lib/written-dates.ts';
import { ById, body, params, query } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { done, render, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { exporting, sendWorkbook } from '../../web/table-download.ts';
import { changeBaseType, createBaseType, getBaseType, hasContacts } from './base-types.ts';
import { noteOldFormat, oldFormatSheets } from './exports.ts';
import { dayBars } from './list.web.ts';
import { listBaseTypes } from './queries.ts';
import { EditBase, NewBase } from './schemas.ts';
import { baseStats, issuedByDay } from './stats.ts';

/** Staff see how full the bases are, and set them up. */
export const admin = page(doors.admin);

admin.get('/bases', { can: 'staff:bases:read' }, async (req, res) => {
  const ctx = ctxOf(req);
  const [bases, days] = await Promise.all([baseStats(ctx), issuedByDay(ctx)]);
  const sum = (of: (base: (typeof bases)[number]) => number): number => bases.reduce((all, base) => all + of(base), 0);
  await render(req, res, 'bases/admin/bases', {
    title: t(req)('bases:admin.title'),
    bases,
    low: bases.filter(({ active, total, tone }) => active && total > 0 && tone !== null),
    totals: {
      free: sum((base) => base.free),
      total: sum((base) => base.total),
      day1: sum((base) => base.day1),
      day7: sum((base) => base.day7),
      day30: sum((base) => base.day30),
    },
    days30: dayBars(days),
  });
});

const Export = z.object({
  day: DayFilter,
  agent: PersonFilter,
  base: IdFilter,
});

admin.get('/bases/file', { can: 'staff:contacts:export' }, async (req, res) => {
  const { agent: words, ...rest } = query(Export, req);
  const agent = words && (await onlyPerson(ctxOf(req).sql, words));
  if (words && !agent) {
    return done(res, { to: '/admin/bases', flash: 'bases:flash.noSuchAgent', params: { agent: words }, kind: 'error' });
  }
  const wanted = { ...rest, ...(agent ? { agent } : {}) };
  const name = [t(req)('bases:admin.file'), wanted.day && dayText(wanted.day)].filter(Boolean).join(' ');
  await exporting(req, res, async (reading) => {
    await noteOldFormat(ctxOf(req), wanted);
    await sendWorkbook(res, name, await oldFormatSheets(reading, wanted));
  });
});

const choices = (req: Request) => ({
  kinds: CONTACT_KINDS.map((kind) => ({ value: kind, text: t(req)(`bases:kind.${kind}`) })),
  periods: ['day', 'week', 'lifetime'].map((period) => ({ value: period, text: t(req)(`bases:period.${period}`) })),
});

async function showNew(req: Request, res: Response): Promise<void> {
  const bases = await listBaseTypes(ctxOf(req));
  const base = {
    limit: 50,
    period: 'day',
    position: bases.length + 1,
    active: true,
    lowWaterPercent: 5,
    sheetTitles: [],
  };
  await render(req, res, 'bases/admin/base', { title: t(req)('bases:admin.new'), base, isNew: true, ...choices(req) });
}

admin.get('/bases/new', { can: 'staff:bases:manage' }, showNew);

admin.post('/bases', { can: 'staff:bases:manage', again: showNew }, async (req, res) => {
  const base = body(NewBase, req);
  const id = await createBaseType(ctxOf(req), base);
  done(res, { to: `/admin/bases/${id}`, flash: 'bases:flash.baseCreated', params: { base: base.name } });
});

async function showBase(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  const base = await getBaseType(ctx, params(ById, req).id);
  const [stats, days, filled] = await Promise.all([
    baseStats(ctx),
    issuedByDay(ctx, base.id),
    hasContacts(ctx, base.id),
  ]);
  await render(req, res, 'bases/admin/base', {
    title: base.name,
    base,
    filled,
    stats: stats.find(({ baseTypeId }) => baseTypeId === base.id),
    days30: dayBars(days),
    ...choices(req),
  });
}

admin.get('/bases/:id', { can: 'staff:bases:read' }, showBase);

admin.post('/bases/:id', { can: 'staff:bases:manage', again: showBase }, async (req, res) => {
  const { id } = params(ById, req);
  await changeBaseType(ctxOf(req), id, body(EditBase, req));
  done(res, { to: `/admin/bases/${id}`, flash: 'bases:flash.saved' });
});
