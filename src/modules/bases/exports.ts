import type { Ctx, SqlCtx } from '../../ctx.ts';
import { type BusinessDay, businessDayBounds } from '../../lib/business-day.ts';
import { joinSql, q, type Sql } from '../../lib/sql.ts';
import { stampIn } from '../../lib/written-dates.ts';
import type { SheetSource } from '../../lib/xlsx/index.ts';
import { record } from '../audit/index.ts';
import { type ContactFilter, matching } from './contact-filter.ts';
import { type ContactRow, contactColumns, contactTables } from './contacts.ts';
import { inBatches } from './cursor.ts';
import { extraHeaders } from './own-contacts.ts';
import { extraCells } from './own-files.ts';
import { shownValue } from './present.ts';
import { listBaseTypes } from './queries.ts';

/** Of the old format: all contacts, those issued on a business day, those issued to an agent. */
export type OldFormat = { day?: BusinessDay | undefined; agent?: number | undefined; base?: number | undefined };

/**
 * The export that the company's old files had: a sheet per base type with Value, ID, Username, Date. Without a day or an
 * agent it holds every contact, and those that nobody has got have only a value. A base with nothing in it gives an empty sheet.
 */
export async function oldFormatSheets(ctx: Ctx, wanted: OldFormat): Promise<SheetSource[]> {
  const bases = (await listBaseTypes(ctx)).filter(({ id }) => wanted.base === undefined || id === wanted.base);
  await record(ctx, {
    action: 'contacts.exported',
    ...(wanted.agent ? { userId: wanted.agent } : {}),
    details: { format: 'old', ...wanted },
  });
  return bases.map(({ id, name }) => ({ name, columns: oldColumns, rows: oldRows(ctx, id, wanted) }));
}

const oldColumns = [
  { header: 'Value', width: 32 },
  { header: 'ID', width: 10, type: 'number' as const },
  { header: 'Username', width: 22 },
  { header: 'Date', width: 18 },
];

async function* oldRows(ctx: Ctx, baseTypeId: number, wanted: OldFormat) {
  const stamp = stampIn(ctx.clock.zone);
  const batches = inBatches<ContactRow>(
    ctx,
    q`SELECT c.key, c.value, b.kind::text, c.agent_id AS "agentId", u.name AS agent, c.issued_at AS "issuedAt"
      FROM ${contactTables} WHERE c.base_type_id = ${baseTypeId} AND ${of(ctx, wanted)} ORDER BY c.issued_at, c.id`,
  );
  for await (const batch of batches) {
    yield batch.map((row) => [shownValue(row), row.agentId, row.agent, stamp(row.issuedAt)]);
  }
}

function of(ctx: SqlCtx, { day, agent }: OldFormat): Sql {
  const conditions = [q`true`];
  if (agent) conditions.push(q`c.agent_id = ${agent}`);
  if (day) {
    const { from, until } = businessDayBounds(day, ctx.clock);
    conditions.push(q`c.issued_at >= ${from} AND c.issued_at < ${until}`);
  }
  return joinSql(conditions, ' AND ');
}

export type ContactWords = {
  title: string;
  columns: Record<
    'contact' | 'base' | 'state' | 'agent' | 'issued' | 'outcome' | 'note' | 'import' | 'uploaded',
    string
  >;
  state: (state: string) => string;
  outcome: (outcome: string) => string;
};

/** What the contacts list found, as one sheet: the other columns of the uploads come last. */
export async function filteredSheet(ctx: Ctx, filter: ContactFilter, words: ContactWords): Promise<SheetSource> {
  const condition = matching(ctx, filter);
  const headers = await extraHeaders(ctx, q`contacts c`, condition);
  await record(ctx, { action: 'contacts.exported', details: { filter } });
  const { contact, base, state, agent, issued, outcome, note, import: upload, uploaded } = words.columns;
  const columns = [
    { header: contact, width: 30 },
    { header: base, width: 18 },
    { header: state, width: 14 },
    { header: agent, width: 20 },
    { header: issued, width: 18 },
    { header: outcome, width: 16 },
    { header: note, width: 30 },
    { header: upload, width: 10, type: 'number' as const },
    { header: uploaded, width: 18 },
    ...headers.map((header) => ({ header, width: 20 })),
  ];
  return { name: words.title, columns, rows: filteredRows(ctx, condition, { headers, words }) };
}

async function* filteredRows(ctx: Ctx, condition: Sql, { headers, words }: { headers: string[]; words: ContactWords }) {
  const stamp = stampIn(ctx.clock.zone);
  const batches = inBatches<ContactRow>(
    ctx,
    q`SELECT ${contactColumns} FROM ${contactTables} WHERE ${condition} ORDER BY c.id`,
  );
  for await (const batch of batches) {
    yield batch.map((row) => [
      shownValue(row),
      row.base,
      words.state(row.state),
      row.agent,
      stamp(row.issuedAt),
      row.outcome && words.outcome(row.outcome),
      row.note,
      row.importId,
      stamp(row.createdAt),
      ...extraCells(row.extra, headers),
    ]);
  }
}
