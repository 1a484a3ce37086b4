import type { SqlCtx } from '../../ctx.ts';
import type { ContactKind } from '../../lib/keys/index.ts';
import { q } from '../../lib/sql.ts';

/** What an import needs to know of a base. */
export type ImportBase = { id: number; code: string; name: string; kind: ContactKind; sheetTitles: string[] };

/** Every base that contacts may be loaded into, in the staff's order. */
export const importBases = (ctx: Pick<SqlCtx, 'sql'>): Promise<ImportBase[]> =>
  ctx.sql.rows<ImportBase>(q`
    SELECT id, code, name, kind::text AS kind, sheet_titles AS "sheetTitles" FROM base_types WHERE active ORDER BY position, id`);
