import type { SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';

/** What one operator of a department did in a day. What is nobody's has a dash for a name. */
export type ReportLine = {
  operatorId: number;
  name: string;
  received: number;
  answered: number;
  closed: number;
  /** People who had never written before. */
  newPeople: number;
  waiting: number;
};

/** A line for each operator of the department and for whoever else has threads of it, by name; what is nobody's last. */
export const reportLines = (
  tx: SqlCtx,
  departmentId: number,
  { from, until }: { from: Date; until: Date },
): Promise<ReportLine[]> =>
  tx.sql.rows<ReportLine>(q`
    WITH happened AS (
      SELECT coalesce(n.operator_id, 0) AS id, n.created_at >= ${from} AND n.created_at < ${until} AS received,
        n.first_answer_at >= ${from} AND n.first_answer_at < ${until} AS answered,
        n.closed_at >= ${from} AND n.closed_at < ${until} AS closed, n.thread_id
      FROM thread_numbers n
      WHERE n.department_id = ${departmentId} AND ((n.created_at >= ${from} AND n.created_at < ${until})
        OR (n.first_answer_at >= ${from} AND n.first_answer_at < ${until}) OR (n.closed_at >= ${from} AND n.closed_at < ${until}))
    ), counted AS (
      SELECT h.id, count(*) FILTER (WHERE h.received)::int AS received, count(*) FILTER (WHERE h.answered)::int AS answered,
        count(*) FILTER (WHERE h.closed)::int AS closed,
        count(*) FILTER (WHERE h.received AND NOT EXISTS (
          SELECT FROM threads o WHERE o.id < t.id AND (o.person_id = t.person_id OR o.guest_id = t.guest_id)))::int AS new_people
      FROM happened h JOIN threads t ON t.id = h.thread_id GROUP BY h.id
    ), waits AS (
      SELECT coalesce(assignee_id, 0) AS id, count(*)::int AS waiting FROM threads
      WHERE department_id = ${departmentId} AND queue_rank < 2 GROUP BY 1
    ), people AS (
      SELECT user_id AS id FROM department_operators WHERE department_id = ${departmentId}
      UNION SELECT id FROM counted UNION SELECT id FROM waits
    )
    SELECT p.id AS "operatorId", coalesce(u.name, '—') AS name, coalesce(c.received, 0) AS received, coalesce(c.answered, 0) AS answered,
      coalesce(c.closed, 0) AS closed, coalesce(c.new_people, 0) AS "newPeople", coalesce(w.waiting, 0) AS waiting
    FROM people p LEFT JOIN users u ON u.id = p.id LEFT JOIN counted c ON c.id = p.id LEFT JOIN waits w ON w.id = p.id
    ORDER BY u.name_key NULLS LAST`);
