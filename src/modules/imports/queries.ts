import type { SqlCtx } from '../../ctx.ts';
import { fixed, likeText, q, where } from '../../lib/sql.ts';
import { type ImportRow, importColumns, importTables } from './imports.ts';
import type { ImportStatus, ListQuery } from './schemas.ts';

export const PAGE_SIZE = 30;
type Sql = Pick<SqlCtx, 'sql'>;

/** The imports that a filter finds, newest first: one more than a page holds, so that the page knows whether it is the last. */
export function listImports(
  { sql }: Sql,
  filter: ListQuery,
  { id, backward }: { id?: number; backward: boolean },
): Promise<ImportRow[]> {
  const at = id === undefined ? [] : [backward ? q`i.id > ${id}` : q`i.id < ${id}`];
  return sql.rows<ImportRow>(q`
    SELECT ${importColumns} FROM ${importTables} ${where([...conditionsOf(filter), ...at])}
    ORDER BY i.id ${backward ? q`ASC` : q`DESC`} LIMIT ${fixed(PAGE_SIZE + 1)}`);
}

/** How many imports each status has, for the tabs. */
export async function countImports({ sql }: Sql, filter: ListQuery): Promise<Map<ImportStatus, number>> {
  const rows = await sql.rows<{ status: ImportStatus; count: number }>(q`
    SELECT i.status::text AS status, count(*)::int AS count FROM imports i JOIN stored_files f ON f.id = i.file_id
    ${where(conditionsOf({ ...filter, status: undefined }))} GROUP BY i.status`);
  return new Map(rows.map(({ status, count }) => [status, count]));
}

function conditionsOf({ status, base, q: text }: ListQuery) {
  return [
    ...(status ? [q`i.status = ${status}::import_status`] : []),
    ...(base ? [q`i.plan->'sheets' @> ${JSON.stringify([{ base }])}::jsonb`] : []),
    ...(text ? [q`f.original_name ILIKE ${`%${likeText(text)}%`}`] : []),
  ];
}

/** Earlier imports of the very same bytes. */
export const sameFile = ({ sql }: Sql, { id, sha256 }: Pick<ImportRow, 'id' | 'sha256'>) =>
  sql.rows<{ id: number; status: ImportStatus; createdAt: Date; created: number }>(q`
    SELECT i.id, i.status::text AS status, i.created_at AS "createdAt", i.created
    FROM stored_files f JOIN imports i ON i.file_id = f.id
    WHERE f.sha256 = ${sha256} AND i.id < ${id} ORDER BY i.id DESC LIMIT 5`);

/** Rows a second over the last batches; null before there are enough to say. */
export async function speedOf({ sql }: Sql, id: number): Promise<number | null> {
  const row = await sql.row<{ rows: number | null; seconds: number | null }>(q`
    WITH recent AS (SELECT rows, created_at FROM import_batches WHERE import_id = ${id} ORDER BY ordinal DESC LIMIT 20)
    SELECT sum(rows)::int AS rows, extract(epoch FROM now() - min(created_at))::float8 AS seconds FROM recent`);
  return row?.rows && row.seconds && row.seconds > 0.2 ? row.rows / row.seconds : null;
}
