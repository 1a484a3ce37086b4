import type { SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';

export type Option = { value: number; text: string };

/** Agents to choose from in a filter, by name. */
export const agentOptions = (ctx: Pick<SqlCtx, 'sql'>): Promise<Option[]> =>
  ctx.sql.rows<Option>(q`SELECT id AS value, name AS text FROM users WHERE role = 'user' ORDER BY name_key LIMIT 2000`);

/** The newest imports to choose from in a filter. */
export const importOptions = (ctx: Pick<SqlCtx, 'sql'>): Promise<Option[]> =>
  ctx.sql.rows<Option>(q`
    SELECT m.id AS value, '№ ' || m.id || ' · ' || f.original_name AS text
    FROM imports m JOIN stored_files f ON f.id = m.file_id WHERE m.created > 0 ORDER BY m.id DESC LIMIT 200`);
