import type { SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';

/** One fact of a contact's past. `kind` picks the words and the icon. */
export type PastFact = {
  kind: 'imported' | 'issued' | 'outcome' | 'returned' | 'suppressed' | 'refused';
  at: Date;
  base: string | null;
  agent: string | null;
  agentId: number | null;
  by: string | null;
  text: string | null;
};

/**
 * All that the house knows of a key, newest first: loaded from which file, issued to whom, what that agent said, taken
 * back, suppressed, and who else has tried to report it.
 */
export const contactHistory = (ctx: SqlCtx, key: string): Promise<PastFact[]> =>
  ctx.sql.rows<PastFact>(
    q`
    WITH contact AS (
      SELECT c.*, b.name AS base FROM contacts c JOIN base_types b ON b.id = c.base_type_id WHERE c.key = ${key})
    SELECT * FROM (
      SELECT 'imported' AS kind, c.created_at AS at, c.base, NULL AS agent, NULL::int AS "agentId", u.name AS by, f.original_name AS text
        FROM contact c LEFT JOIN imports i ON i.id = c.import_id LEFT JOIN stored_files f ON f.id = i.file_id
        LEFT JOIN users u ON u.id = i.created_by_id
      UNION ALL SELECT 'issued', c.issued_at, c.base, u.name, u.id, NULL, NULL FROM contact c JOIN users u ON u.id = c.agent_id
      UNION ALL SELECT 'outcome', coalesce(c.outcome_at, c.issued_at), c.base, u.name, u.id, c.note, c.outcome::text
        FROM contact c JOIN users u ON u.id = c.agent_id WHERE c.outcome IS NOT NULL AND c.outcome <> 'lead'
      UNION ALL SELECT 'issued', r.issued_at, c.base, u.name, u.id, NULL, NULL
        FROM contact c JOIN contact_returns r ON r.contact_id = c.id JOIN users u ON u.id = r.agent_id
      UNION ALL SELECT 'returned', r.created_at, c.base, u.name, u.id, s.name, r.reason
        FROM contact c JOIN contact_returns r ON r.contact_id = c.id JOIN users u ON u.id = r.agent_id JOIN users s ON s.id = r.returned_by_id
      UNION ALL SELECT 'suppressed', s.created_at, NULL, NULL, NULL, u.name, s.reason
        FROM suppressions s LEFT JOIN users u ON u.id = s.added_by_id WHERE s.key = ${key}
      UNION ALL SELECT 'refused', a.at, NULL, a.actor_name, a.actor_id, NULL, a.details ->> 'value'
        FROM leads l JOIN audit_all a ON a.subject_type = 'lead' AND a.subject_id = l.id AND a.action = 'lead.refused' WHERE l.key = ${key}
    ) AS facts ORDER BY at DESC`,
    'leads.history',
  );
