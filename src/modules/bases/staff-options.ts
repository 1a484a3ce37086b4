import type { SqlCtx } from '../../ctx.ts';
import { sharedRows } from '../../lib/shared-rows.ts';
import { q } from '../../lib/sql.ts';

export type Option = { value: number; text: string };

/** The newest imports to choose from in a filter, and the one chosen, however old. */
export const importOptions = (ctx: Pick<SqlCtx, 'sql'>, chosen: number | undefined): Promise<readonly Option[]> =>
  sharedRows<Option>(
    ctx.sql,
    q`SELECT m.id AS value, '№ ' || m.id || ' · ' || f.original_name AS text
      FROM imports m JOIN stored_files f ON f.id = m.file_id
      WHERE m.id = ${chosen ?? null}::int
        OR m.id IN (SELECT id FROM imports WHERE created > 0 ORDER BY id DESC LIMIT 30)
      ORDER BY m.id DESC`,
    'bases.import_options',
  );
