import type { SqlCtx } from '../../ctx.ts';
import { fixed, joinSql, likeText, q, type Sql } from '../../lib/sql.ts';
import { countTotal, type Total } from '../../lib/totals.ts';
import { type At, keyset } from './keyset.ts';
import { spellingsOf } from './spellings.ts';

export type SuppressionRow = {
  id: number;
  key: string;
  value: string;
  reason: string;
  addedBy: string | null;
  createdAt: Date;
  contactId: number | null;
  /** Who already held the contact. */
  heldBy: string | null;
};

/** The suppression list, newest first; `text` finds any spelling, a part, or a reason. */
export function listSuppressions(
  ctx: SqlCtx,
  text: string | undefined,
  at: At,
  size: number,
): Promise<SuppressionRow[]> {
  const { beyond, order } = keyset([q`s.id`], at, ['int']);
  return ctx.sql.rows<SuppressionRow>(q`
    SELECT s.id, s.key, s.value, s.reason, u.name AS "addedBy", s.created_at AS "createdAt", c.id AS "contactId", h.name AS "heldBy"
    FROM suppressions s LEFT JOIN users u ON u.id = s.added_by_id
    LEFT JOIN contacts c ON c.key = s.key LEFT JOIN users h ON h.id = c.agent_id
    WHERE ${found(text)} AND ${beyond} ORDER BY ${order} LIMIT ${fixed(size + 1)}`);
}

export const countSuppressions = (ctx: SqlCtx, text: string | undefined): Promise<Total> =>
  countTotal(ctx.sql, q`suppressions s WHERE ${found(text)}`);

function found(text: string | undefined): Sql {
  if (!text) return q`true`;
  const { keys, whole } = spellingsOf(text);
  const exact = q`s.key = ANY(${keys}::text[])`;
  if (whole) return exact;
  const part = `%${likeText(text)}%`;
  return q`(${joinSql([exact, q`s.key ILIKE ${part}`, q`s.value ILIKE ${part}`, q`s.reason ILIKE ${part}`], ' OR ')})`;
}
