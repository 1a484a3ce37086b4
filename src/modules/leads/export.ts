import type { SqlCtx } from '../../ctx.ts';
import { dayText, stampIn } from '../../lib/written-dates.ts';
import type { SheetSource } from '../../lib/xlsx/index.ts';
import type { LeadFilter } from './filter.ts';
import { listLeadTypes } from './lead-types.ts';
import { shownContact } from './present.ts';
import { allLeads, type StaffLead } from './staff-leads.ts';

const exportColumns = [
  'id',
  'contact',
  'type',
  'source',
  'status',
  'agent',
  'day',
  'reportedAt',
  'comment',
  'reason',
  'decidedBy',
  'link',
] as const;
type Column = (typeof exportColumns)[number];
export type ExportWords = {
  sheet: string;
  column(name: Column): string;
  sourceText(source: string): string;
  statusText(status: string): string;
};

/** What a filter finds as one table, a lead a row. */
export function leadSheet(ctx: SqlCtx, filter: LeadFilter, words: ExportWords): SheetSource {
  const stamp = stampIn(ctx.clock.zone);
  const rowOf = (lead: StaffLead) => [
    lead.id,
    shownContact(lead),
    lead.type,
    words.sourceText(lead.source),
    words.statusText(lead.status),
    lead.agent,
    dayText(lead.day),
    stamp(lead.createdAt),
    lead.comment,
    lead.note,
    lead.decidedBy,
    linkTo(ctx, lead),
  ];
  return {
    name: words.sheet,
    columns: exportColumns.map((name) => ({
      header: words.column(name),
      width: name === 'contact' ? 28 : 16,
      ...(name === 'id' ? { type: 'number' as const } : {}),
    })),
    rows: rowsBy(ctx, filter, rowOf),
  };
}

/** The format of the old bot: a sheet per lead type with the columns Value, User_ID, Username, Date, Источник, Ссылка. */
export async function oldFormatSheets(ctx: SqlCtx, filter: LeadFilter): Promise<SheetSource[]> {
  const types = (await listLeadTypes(ctx)).filter(({ id }) => !filter.type || id === filter.type);
  const stamp = stampIn(ctx.clock.zone);
  const rowOf = (lead: StaffLead) => [
    shownContact(lead),
    lead.agentId,
    lead.agent,
    stamp(lead.createdAt),
    lead.source === 'base' ? 'база' : 'самостоятельный',
    linkTo(ctx, lead),
  ];
  return types.map(({ id, name }) => ({
    name,
    columns: [
      { header: 'Value', width: 28 },
      { header: 'User_ID', type: 'number' },
      { header: 'Username', width: 18 },
      { header: 'Date', width: 18 },
      { header: 'Источник', width: 18 },
      { header: 'Ссылка', width: 40 },
    ],
    rows: rowsBy(ctx, { ...filter, type: id }, rowOf),
  }));
}

async function* rowsBy<Row>(ctx: SqlCtx, filter: LeadFilter, rowOf: (lead: StaffLead) => Row): AsyncGenerator<Row[]> {
  for await (const batch of allLeads(ctx, filter)) yield batch.map(rowOf);
}

const linkTo = (ctx: SqlCtx, { id }: StaffLead): string => new URL(`/admin/leads/${id}`, ctx.baseUrl).href;
