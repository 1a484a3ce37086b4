import type { ReadingCtx, SqlCtx } from '../../ctx.ts';
import { type BusinessDay, businessDayBounds } from '../../lib/business-day.ts';
import { joinSql, q, type Sql } from '../../lib/sql.ts';
import type { Column, SheetSource } from '../../lib/xlsx/index.ts';
import { record } from '../audit/index.ts';
import { type ContactFilter, matching, outcomes, states } from './contact-filter.ts';
import { contactTables } from './contacts.ts';
import { extraHeaders } from './own-contacts.ts';
import { shownSpelling } from './present.ts';
import { listBaseTypes } from './queries.ts';

/** Of the old format: all contacts, those issued on a business day, those issued to an agent. */
export type OldFormat = { day?: BusinessDay | undefined; agent?: number | undefined; base?: number | undefined };

/**
 * The export that the company's old files had: a sheet per base type with Value, ID, Username, Date. Without a day or an
 * agent it holds every contact, and those that nobody has got have only a value. A base with nothing in it gives an empty sheet.
 */
export async function oldFormatSheets(ctx: ReadingCtx, wanted: OldFormat): Promise<SheetSource[]> {
  const bases = (await listBaseTypes(ctx)).filter(({ id }) => wanted.base === undefined || id === wanted.base);
  return bases.map(({ id, name }) => ({ name, columns: oldColumns, rows: oldRows(ctx, id, wanted) }));
}

/** Notes who took away which contacts in the old format. */
export const noteOldFormat = (ctx: SqlCtx, wanted: OldFormat): Promise<void> =>
  record(ctx, {
    action: 'contacts.exported',
    ...(wanted.agent ? { userId: wanted.agent } : {}),
    details: { format: 'old', ...wanted },
  });

const oldColumns: Column[] = [
  { header: 'Value', width: 32, shown: shownSpelling },
  { header: 'ID', width: 10, type: 'number' },
  { header: 'Username', width: 22 },
  { header: 'Date', width: 18 },
];

const oldRows = (ctx: ReadingCtx, baseTypeId: number, wanted: OldFormat) =>
  ctx.copy(
    q`SELECT ${spelling}, c.agent_id, u.name, ${stamp(q`c.issued_at`)}
      FROM ${contactTables} WHERE c.base_type_id = ${baseTypeId} AND ${of(ctx, wanted)} ORDER BY c.issued_at, c.id`,
    oldColumns.length,
  );

// What `shownSpelling` makes a contact's tidy spelling of: a phone is its own, of others the kind and the value as uploaded.
const spelling = q`CASE WHEN c.key LIKE '+%' THEN c.key ELSE b.kind::text || ' ' || c.value END`;

/** Of `04.03.2026 12:30:00`, as an instant comes out of a copy: to the minute. */
const stamp = (instant: Sql): Sql => q`left(${instant}::text, 16)`;

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
export async function filteredSheet(ctx: ReadingCtx, filter: ContactFilter, words: ContactWords): Promise<SheetSource> {
  const condition = matching(ctx, filter);
  const headers = await extraHeaders(ctx, q`contacts c`, condition);
  const { contact, base, state, agent, issued, outcome, note, import: upload, uploaded } = words.columns;
  const columns: Column[] = [
    { header: contact, width: 30, shown: shownSpelling },
    { header: base, width: 18 },
    { header: state, width: 14 },
    { header: agent, width: 20 },
    { header: issued, width: 18 },
    { header: outcome, width: 16 },
    { header: note, width: 30 },
    { header: upload, width: 10, type: 'number' },
    { header: uploaded, width: 18 },
  ];
  const rows = ctx.copy(
    q`SELECT ${spelling}, b.name, ${said(q`c.state`, states, words.state)}, u.name, ${stamp(q`c.issued_at`)},
        ${said(q`c.outcome`, outcomes, words.outcome)}, c.note, c.import_id, ${stamp(q`c.created_at`)},
        ${headers.length > 0 ? q`c.extra` : q`NULL`}
      FROM ${contactTables} WHERE ${condition} ORDER BY c.id`,
    columns.length + 1,
  );
  return { name: words.title, columns: [...columns, ...extraColumns(headers, columns.length)], rows };
}

/** Notes who took away what the contacts list found. */
export const noteFiltered = (ctx: SqlCtx, filter: ContactFilter): Promise<void> =>
  record(ctx, { action: 'contacts.exported', details: { filter } });

function said(column: Sql, values: readonly string[], say: (value: string) => string): Sql {
  const cases = values.map((value) => q`WHEN ${value} THEN ${say(value)}`);
  return q`CASE ${column} ${joinSql(cases, ' ')} END`;
}

/** Columns out of one cell that holds all the other columns of an upload: taken apart once a row. */
function extraColumns(headers: string[], cell: number): Column[] {
  let before = '';
  let pairs = new Map<string, string>();
  const pairsOf = (text: string): Map<string, string> => {
    if (text !== before) pairs = new Map(JSON.parse(text));
    before = text;
    return pairs;
  };
  return headers.map((header) => ({
    header,
    width: 20,
    cell,
    shown: (text) => String(pairsOf(text).get(header) ?? ''),
  }));
}
